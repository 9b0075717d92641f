/**
 * The program that draws every arc alive in one instanced triangle strip.
 *
 * Per arc: a ribbon along the visible part of its path, a quad for the mark of
 * its end and a quad for its head, joined by degenerate triangles. Positions
 * are pixels of the layer. The motion is that of `arc-motion.ts`.
 */

import { severityBands } from '../model/severity.ts'
import { afterMs, flightMs, trailShare } from './arc-motion.ts'

/** Cross-sections of the ribbon. */
const sections = 44

const ribbonVertices = sections * 2

/** Vertices of one instance: the ribbon and two quads, with the joints between them. */
export const verticesPerArc = ribbonVertices + 12

const constants = `
const int ribbonVertices = ${ribbonVertices};
const float flightMs = ${flightMs}.0;
const float afterMs = ${afterMs}.0;
const float trailShare = ${trailShare};
const float markRadius = 26.0;
const float headRadius = 13.0;
const float halo = 5.0;
`

/** Places the vertices. */
export const arcVertexShader = `#version 300 es
precision highp float;
layout(location = 0) in vec4 path;
layout(location = 1) in vec4 look;
layout(location = 2) in float start;
uniform vec2 view;
uniform float now;
uniform bool still;
uniform vec3 palette[${severityBands.length}];
out vec3 colour;
out vec2 local;
out vec2 measure;
out float phase;
out float opacity;
flat out int part;
flat out int outcome;
flat out float halfWidth;
${constants}
vec2 control;

vec2 pointAt(float t) {
  return mix(mix(path.xy, control, t), mix(control, path.zw, t), t);
}

vec2 normalAt(float t) {
  vec2 along = mix(control - path.xy, path.zw - control, t);
  float size = length(along);
  return size < 0.001 ? vec2(0.0, -1.0) : vec2(-along.y, along.x) / size;
}

vec2 cornerOf(int index) {
  return vec2(float(index & 1) * 2.0 - 1.0, float(index >> 1) * 2.0 - 1.0);
}

vec2 ribbon(int vertex, float tail, float head) {
  float s = float(vertex >> 1) / float(ribbonVertices / 2 - 1);
  float side = float(vertex & 1) * 2.0 - 1.0;
  float t = mix(tail, head, s);
  float reach = halfWidth + halo;
  part = 0;
  local = vec2(s, side * reach);
  measure = vec2(t * (distance(path.xy, path.zw) + abs(look.x) * 0.4), 0.0);
  return pointAt(t) + normalAt(t) * side * reach;
}

vec2 quad(int corner, int kind, vec2 centre, float radius) {
  part = kind;
  local = cornerOf(clamp(corner, 0, 3)) * radius;
  return centre + local;
}

vec2 place(int vertex, float tail, float head) {
  if (vertex < ribbonVertices) return ribbon(vertex, tail, head);
  int extra = vertex - ribbonVertices;
  if (extra == 0) return ribbon(ribbonVertices - 1, tail, head);
  if (extra < 7) return quad(extra - 2, 1, path.zw, markRadius);
  return quad(extra - 8, 2, pointAt(head), headRadius);
}

void main() {
  float elapsed = now - start;
  if (elapsed < 0.0 || elapsed >= flightMs + afterMs) {
    gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
    return;
  }
  float flight = min(1.0, elapsed / flightMs);
  float life = elapsed / (flightMs + afterMs);
  phase = max(0.0, (elapsed - flightMs) / afterMs);
  float head = flight * flight * (3.0 - 2.0 * flight);
  float tail = phase > 0.0
    ? 1.0 - trailShare * (1.0 - min(1.0, phase * 1.8))
    : max(0.0, head - trailShare);
  opacity = 1.0;
  if (still) {
    head = 1.0;
    tail = 0.0;
    phase = 0.35;
    opacity = min(1.0, min(life * 10.0, (1.0 - life) * 2.0)) * 0.7;
  }
  vec2 chord = path.zw - path.xy;
  float span = length(chord);
  vec2 aside = span < 0.001 ? vec2(0.0, -1.0) : vec2(chord.y, -chord.x) / span;
  control = (path.xy + path.zw) * 0.5 + aside * look.x;
  halfWidth = look.y * 0.5;
  colour = palette[int(look.z)];
  outcome = int(look.w);
  measure = vec2(0.0);
  vec2 at = place(gl_VertexID, tail, head);
  gl_Position = vec4(at.x / view.x * 2.0 - 1.0, 1.0 - at.y / view.y * 2.0, 0.0, 1.0);
}
`

/** Colours the fragments. */
export const arcFragmentShader = `#version 300 es
precision highp float;
in vec3 colour;
in vec2 local;
in vec2 measure;
in float phase;
in float opacity;
flat in int part;
flat in int outcome;
flat in float halfWidth;
uniform bool still;
out vec4 pixel;
${constants}
float line(float distanceTo, float half_) {
  return 1.0 - smoothstep(half_ - 0.5, half_ + 0.9, abs(distanceTo));
}

float dashes() {
  if (outcome == 1) return 1.0;
  float period = outcome == 0 ? 13.0 : 6.0;
  float lit = outcome == 0 ? 0.62 : 0.42;
  float at = fract(measure.x / period) * period;
  return smoothstep(0.0, 1.2, at) * (1.0 - smoothstep(lit * period, lit * period + 1.2, at));
}

float ribbonAlpha() {
  float fade = still ? 0.6 : pow(local.x, 1.5);
  float core = line(local.y, halfWidth) * dashes();
  float glow = 0.16 * exp(-local.y * local.y / (halo * halo * 0.32));
  return fade * (core * 0.95 + glow * (1.0 - core));
}

float blockedMark(float radius) {
  float ring = line(radius - 7.5, 1.1);
  float bar = line((local.x + local.y) * 0.7071, 1.1) * step(radius, 7.5);
  return max(ring, bar);
}

float allowedMark(float radius) {
  float disc = 1.0 - smoothstep(4.6, 5.8, radius);
  float wave = line(radius - mix(6.0, markRadius - 3.0, sqrt(phase)), 1.3);
  return max(disc, wave * (1.0 - phase));
}

float markAlpha() {
  if (phase <= 0.0) return 0.0;
  float radius = length(local);
  float shape = outcome == 0 ? blockedMark(radius)
    : outcome == 1 ? allowedMark(radius)
    : line(abs(local.x) + abs(local.y) - 7.0, 1.2);
  return shape * (1.0 - phase * phase) * smoothstep(0.0, 0.08, phase);
}

float headAlpha() {
  if (phase > 0.0) return 0.0;
  float radius = length(local);
  return (1.0 - smoothstep(1.6, 2.8, radius)) + 0.42 * exp(-radius * radius / 22.0);
}

void main() {
  float alpha = part == 0 ? ribbonAlpha() : part == 1 ? markAlpha() : headAlpha();
  alpha = clamp(alpha * opacity, 0.0, 1.0);
  vec3 lit = part == 2 ? mix(colour, vec3(1.0), 0.55 * (1.0 - smoothstep(0.0, 4.0, length(local)))) : colour;
  pixel = vec4(lit * alpha, alpha);
}
`
