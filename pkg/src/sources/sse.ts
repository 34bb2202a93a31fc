/** Reading `text/event-stream`, as the HTML standard describes it. */

/** An event of a stream. */
export interface StreamEvent {
  /** `message` where the stream does not say. */
  readonly type: string;
  readonly data: string;
  /** The last id that the stream has given, with this event or before. */
  readonly id: string;
}

/** Takes the text of a stream as it comes, in pieces that may end anywhere. */
export class StreamParser {
  readonly #emit: (event: StreamEvent) => void;
  readonly #retry: (ms: number) => void;
  #rest = "";
  #endsWithReturn = false;
  #isFirst = true;
  #type = "";
  #data: string[] = [];
  #id: string;

  /** `id` is the last one of the stream before this one. */
  constructor(id: string, emit: (event: StreamEvent) => void, retry: (ms: number) => void) {
    this.#id = id;
    this.#emit = emit;
    this.#retry = retry;
  }

  /** What is not ended by an empty line when the stream ends is no event. */
  push(text: string): void {
    let piece = text;
    if (this.#isFirst && piece !== "") {
      this.#isFirst = false;
      if (piece.startsWith("\uFEFF")) piece = piece.slice(1);
    }
    // The other half of a line's end that the last piece has cut in two.
    if (this.#endsWithReturn && piece.startsWith("\n")) piece = piece.slice(1);
    if (text !== "") this.#endsWithReturn = text.endsWith("\r");
    const lines = piece.split(/\r\n|\n|\r/);
    // Joined only once its end is there: a long line may come in very many pieces.
    const last = lines.pop() as string;
    for (const line of lines) {
      this.#line(this.#rest + line);
      this.#rest = "";
    }
    this.#rest += last;
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#type = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#retry(Number(value));
  }

  #dispatch(): void {
    const [type, data] = [this.#type || "message", this.#data];
    this.#type = "";
    this.#data = [];
    if (data.length > 0) this.#emit({ type, data: data.join("\n"), id: this.#id });
  }
}
