#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "table/fingerprint.hpp"

namespace bedside {

/// Where fits are kept between requests. Implemented by the engine on layer 1; analyses do not know the cache.
class FitStore {
 public:
  virtual ~FitStore() = default;
  virtual std::shared_ptr<const void> find(const Fingerprint& key) = 0;
  virtual void keep(const Fingerprint& key, std::shared_ptr<const void> fit, std::size_t bytes, double costMs) = 0;
};

/// What a running analysis may ask of its surroundings: to tell how far it is, to be cancelled, to reuse a fit.
class Context {
 public:
  using Progress = std::function<void(double done)>;

  /// `store` null: fits are not kept. `onProgress` may throw `Failure` (ABORTED) to end the run; `nowMs` times fits.
  Context(FitStore* store, Progress onProgress, std::function<double()> nowMs)
      : store_(store), onProgress_(std::move(onProgress)), nowMs_(std::move(nowMs)) {}

  /// Tells that a share of 0 … 1 of the work is done; never goes back. Call it between blocks or steps of long loops.
  void progress(double done) {
    const double at = from_ + (to_ - from_) * done;
    if (onProgress_ && at > told_) onProgress_(told_ = at);
  }

  /// Until the returned guard ends, progress 0 … 1 means `from` … `to` of the present span: for inner fits.
  class Span {
   public:
    Span(Context& context, double from, double to) : context_(context), from_(context.from_), to_(context.to_) {
      context.to_ = from_ + (to_ - from_) * to;
      context.from_ = from_ + (to_ - from_) * from;
    }
    ~Span() {
      context_.from_ = from_;
      context_.to_ = to_;
    }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

   private:
    Context& context_;
    double from_, to_;
  };
  Span span(double from, double to) { return Span(*this, from, to); }

  /// The fit under `key`: the stored one, else `compute()`, which is then kept. A fit is a value: what it took to find
  /// the estimates (coefficients, covariance, how the search ended), so that another confidence level, interval or
  /// prediction needs no second search. `Fit` has `bytes()`.
  template <class Fit, class Compute>
  std::shared_ptr<const Fit> fit(const Fingerprint& key, Compute&& compute) {
    if (store_) {
      if (auto stored = store_->find(key)) return std::static_pointer_cast<const Fit>(stored);
    }
    const double begun = nowMs_ ? nowMs_() : 0;
    auto fitted = std::make_shared<const Fit>(compute());
    if (store_) store_->keep(key, fitted, fitted->bytes(), nowMs_ ? nowMs_() - begun : 0);
    return fitted;
  }

 private:
  FitStore* store_;
  Progress onProgress_;
  std::function<double()> nowMs_;
  double from_ = 0, to_ = 1, told_ = 0;
};

}  // namespace bedside
