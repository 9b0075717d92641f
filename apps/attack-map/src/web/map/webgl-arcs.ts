/**
 * Arcs on the GPU: one buffer, one program, one instanced draw of the arcs alive.
 *
 * A second draw is needed only while the living slots wrap round the end of the
 * ring. After a lost context everything is built anew from the slots.
 */

import { rgbOf, severityBands } from '../model/severity.ts'
import {
  type Arc,
  type ArcLayer,
  type ArcMotion,
  arcCapacity,
  type LayerSize,
} from './arc-layer.ts'
import { arcFragmentShader, arcVertexShader, verticesPerArc } from './arc-shaders.ts'
import { ArcSlots, type SlotSpan, slotFloats, startOffset } from './arc-slots.ts'

const slotBytes = slotFloats * Float32Array.BYTES_PER_ELEMENT

interface Program {
  readonly buffer: WebGLBuffer
  readonly view: WebGLUniformLocation | null
  readonly now: WebGLUniformLocation | null
  readonly still: WebGLUniformLocation | null
}

/** An arc layer on WebGL2. */
export class WebglArcs implements ArcLayer {
  readonly kind = 'webgl2'
  readonly #gl: WebGL2RenderingContext
  readonly #canvas: HTMLCanvasElement
  readonly #slots = new ArcSlots(arcCapacity)
  #program: Program | null
  #size: LayerSize = { width: 1, height: 1, pixelRatio: 1 }
  #uploaded = 0
  #generation = 0

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas
    this.#gl = gl
    this.#program = buildProgram(gl)
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault()
      this.#program = null
    })
    canvas.addEventListener('webglcontextrestored', () => {
      this.#program = buildProgram(gl)
      this.#uploaded = 0
    })
  }

  /** Takes over a canvas; null when it cannot have WebGL2 (the canvas stays usable for 2D). */
  static on(canvas: HTMLCanvasElement): WebglArcs | null {
    const gl = canvas.getContext('webgl2', { antialias: false, powerPreference: 'low-power' })
    return gl === null ? null : new WebglArcs(canvas, gl)
  }

  add(arc: Arc): void {
    this.#slots.add(arc)
  }

  clear(): void {
    this.#slots.clear()
  }

  resize(size: LayerSize): void {
    this.#size = size
    this.#canvas.width = Math.round(size.width * size.pixelRatio)
    this.#canvas.height = Math.round(size.height * size.pixelRatio)
    this.clear()
  }

  draw(nowMs: number, motion: ArcMotion): boolean {
    const gl = this.#gl
    this.#slots.expire(nowMs)
    const alive = this.#slots.spans(this.#slots.oldest)
    if (this.#program === null) return alive.length > 0
    this.#upload()
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height)
    gl.clear(gl.COLOR_BUFFER_BIT)
    gl.uniform2f(this.#program.view, this.#size.width, this.#size.height)
    gl.uniform1f(this.#program.now, this.#slots.relative(nowMs))
    gl.uniform1i(this.#program.still, motion === 'reduced' ? 1 : 0)
    for (const span of alive) drawSpan(gl, span)
    return alive.length > 0
  }

  #upload(): void {
    const { data, generation, added } = this.#slots
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#uploaded = 0
    }
    for (const { first, count } of this.#slots.spans(this.#uploaded)) {
      const at = first * slotFloats
      this.#gl.bufferSubData(this.#gl.ARRAY_BUFFER, first * slotBytes, data, at, count * slotFloats)
    }
    this.#uploaded = added
  }
}

function drawSpan(gl: WebGL2RenderingContext, { first, count }: SlotSpan): void {
  const base = first * slotBytes
  gl.vertexAttribPointer(0, 4, gl.FLOAT, false, slotBytes, base)
  gl.vertexAttribPointer(1, 4, gl.FLOAT, false, slotBytes, base + 16)
  gl.vertexAttribPointer(2, 1, gl.FLOAT, false, slotBytes, base + startOffset * 4)
  gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, verticesPerArc, count)
}

function buildProgram(gl: WebGL2RenderingContext): Program | null {
  const program = gl.createProgram()
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, arcVertexShader))
  gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, arcFragmentShader))
  gl.linkProgram(program)
  // A context lost meanwhile compiles nothing: the restore event brings us back here.
  if (gl.isContextLost()) return null
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    throw new Error(`arc shader does not link: ${gl.getProgramInfoLog(program)}`)
  }
  gl.useProgram(program)
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  gl.uniform3fv(
    gl.getUniformLocation(program, 'palette'),
    severityBands.flatMap((band) => [...rgbOf(band.colour)]),
  )
  return {
    buffer: buildBuffer(gl),
    view: gl.getUniformLocation(program, 'view'),
    now: gl.getUniformLocation(program, 'now'),
    still: gl.getUniformLocation(program, 'still'),
  }
}

function buildBuffer(gl: WebGL2RenderingContext): WebGLBuffer {
  const buffer = gl.createBuffer()
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.bufferData(gl.ARRAY_BUFFER, arcCapacity * slotBytes, gl.DYNAMIC_DRAW)
  for (const attribute of [0, 1, 2]) {
    gl.enableVertexAttribArray(attribute)
    gl.vertexAttribDivisor(attribute, 1)
  }
  return buffer
}

function compile(gl: WebGL2RenderingContext, kind: GLenum, source: string): WebGLShader {
  const shader = gl.createShader(kind)
  if (shader === null) throw new Error('the graphics context makes no shaders')
  gl.shaderSource(shader, source)
  gl.compileShader(shader)
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`arc shader does not compile: ${gl.getShaderInfoLog(shader)}`)
  }
  return shader
}
