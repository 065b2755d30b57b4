import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./peers.R', import.meta.url));

/** One R process that stays up, so that its runs stand between ours. */
export class R {
  /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */ #process;
  /** @type {AsyncIterator<string>} */ #answers;

  /** @param {import('node:child_process').ChildProcessWithoutNullStreams} process */
  constructor(process) {
    this.#process = process;
    this.#answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  }

  /**
   * @param {string} folder where the data lie
   * @returns {Promise<R | null>} `null` when no R is installed
   */
  static async start(folder) {
    const process = spawn('Rscript', ['--vanilla', script, folder], { stdio: 'pipe' });
    process.stderr.resume();
    const started = await once(process, 'spawn').then(
      () => true,
      () => false,
    );
    return started ? new R(process) : null;
  }

  /**
   * @param {string} command a line that peers.R knows
   * @returns {Promise<string>}
   */
  async ask(command) {
    this.#process.stdin.write(`${command}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`R ended during '${command}'`);
    if (value.startsWith('error ')) throw new Error(`R: ${value.slice(6)}`);
    return value.trim();
  }

  /**
   * @param {string} command
   * @returns {Promise<number[]>}
   */
  async figures(command) {
    return (await this.ask(command)).split(' ').map(Number);
  }

  stop() {
    this.#process.stdin.end();
  }
}
