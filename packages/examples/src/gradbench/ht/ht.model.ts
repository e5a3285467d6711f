/**
 * Hand tracking: a mesh that is bent by the bones of a hand, fitted to points in space.
 *
 * The problem, its 26 parameters and their order are those of ADBench (Šrajer, Kukelova & Fitzgibbon 2018), which GradBench
 * uses: the turn of the whole hand as an angle-axis vector [3], its shift [3], and of each of five fingers the flexion and
 * the abduction at the knuckle and the flexion of the two joints behind it [5, 4].
 */
import {
  add,
  arange,
  concat,
  cos,
  div,
  dot,
  einsum,
  eye,
  f64,
  fn,
  gather,
  greaterEqual,
  i32,
  jacobian,
  matmul,
  mul,
  neg,
  ones,
  outer,
  reshape,
  scan,
  scatterAdd,
  sin,
  slice,
  split,
  sqrt,
  stack,
  sub,
  unsqueeze,
  vmap,
  where,
  zeros,
} from "tapeless";

/** [a]×: its product with a vector p is a × p. */
const crossMatrix = fn({ a: f64([3]) }, ({ a }) => {
  const [x, y, z] = split(a, [1, 1, 1]);
  const zero = zeros([1], "f64");
  return reshape(concat([zero, neg(z), y, z, zero, neg(x), neg(y), x, zero]), [3, 3]);
});

/**
 * The rotation by the angle ‖r‖ around the axis k = r/‖r‖: cos ‖r‖ I + sin ‖r‖ [k]× + (1 - cos ‖r‖) k kᵀ. As in ADBench,
 * a turn of less than 1/10000 is none, and has no derivative.
 */
const rotation = fn({ r: f64([3]) }, ({ r }) => {
  const squared = dot(r, r);
  const turned = greaterEqual(squared, 1e-8);
  const angle = sqrt(where(turned, squared, 1));
  const axis = div(r, angle);
  const along = mul(outer(axis, axis), sub(1, cos(angle)));
  const turn = add(add(mul(eye(3, "f64"), cos(angle)), mul(crossMatrix({ a: axis }), sin(angle))), along);
  return where(turned, turn, eye(3, "f64"));
});

/** How a joint is bent: R_z(abduction) R_x(flexion), as a map of homogeneous coordinates. */
const bend = fn({ flexion: f64([]), abduction: f64([]) }, ({ flexion, abduction }) => {
  const [cx, sx, cz, sz] = [cos(flexion), sin(flexion), cos(abduction), sin(abduction)];
  const [zero, one] = [zeros([], "f64"), ones([], "f64")];
  const rows = [
    ...([cz, neg(mul(sz, cx)), mul(sz, sx), zero] as const),
    ...([sz, mul(cz, cx), neg(mul(cz, sx)), zero] as const),
    ...([zero, sx, cx, zero] as const),
    ...([zero, zero, zero, one] as const),
  ] as const;
  return reshape(stack(rows), [4, 4]);
});

const bends = vmap(bend, "bones");

/**
 * Where every bone is after the joints were bent: its own map after that of its parent, which stands before it in the
 * order of the bones. Of a hand whose fingers are bones 1 to 4, 5 to 8 …, the first bone of each finger does not bend.
 */
const posed = fn(
  { fingers: f64([5, 4]), parents: i32(["bones"]), relatives: f64(["bones", 4, 4]) },
  ({ fingers, parents, relatives }) => {
    const [flexion, abduction, behind] = split(fingers, [1, 1, 2], 1);
    const still = zeros([5, 1], "f64");
    const bones = add(arange(20), 1);
    const none = zeros(["bones"], "f64");
    const bent = bends({
      flexion: scatterAdd(none, bones, reshape(concat([still, flexion, behind], 1), [20])),
      abduction: scatterAdd(none, bones, reshape(concat([still, abduction, still, still], 1), [20])),
    });
    const local = matmul(relatives, bent);
    // place 0 is the world, which is the parent -1; bone k has place k + 1
    const world = scatterAdd(zeros(["bones+1", 4, 4], "f64"), zeros([1], "i32"), unsqueeze(eye(4, "f64"), 0));
    const [places] = scan(
      (done, { parent, bone, map }) => {
        const absolute = matmul(gather(done, add(parent, 1)), map);
        return [scatterAdd(done, reshape(add(bone, 1), [1]), unsqueeze(absolute, 0)), null];
      },
      world,
      { parent: parents, bone: arange("bones"), map: local },
    );
    return slice(places, 0, 1);
  },
);

/** The hand at rest, and how much each bone moves each vertex; `side` is (-1, 1, 1) for a mirrored hand, else all ones. */
const hand = {
  parents: i32(["bones"]),
  relatives: f64(["bones", 4, 4]),
  inverseAbsolutes: f64(["bones", 4, 4]),
  positions: f64(["vertices", 4]),
  weights: f64(["vertices", "bones"]),
  side: f64([3]),
};

/** The pose, in the order of the parameters. */
const pose = { turn: f64([3]), shift: f64([3]), fingers: f64([5, 4]) };
const parameters = ["turn", "shift", "fingers"] as const;

/** A vertex moves with the weighted mean of its bones' maps, and then with the hand: R (Σ_b w_b T_b p) + t. */
const vertices = fn({ ...pose, hand }, ({ turn, shift, fingers, hand }) => {
  const { parents, relatives } = hand;
  const absolutes = posed({ fingers, parents, relatives });
  const maps = slice(matmul(absolutes, hand.inverseAbsolutes), 1, 0, 3);
  const blended = reshape(matmul(hand.weights, reshape(maps, ["bones", 12])), ["vertices", 3, 4]);
  const moved = mul(einsum("vij,vj->vi", blended, hand.positions), hand.side);
  return add(einsum("vj,ij->vi", moved, rotation({ r: turn })), shift);
});

/** The derivatives of errors [points, 3] in all parameters, one beside the other. */
const columns = fn(
  { turn: f64(["points", 3, 3]), shift: f64(["points", 3, 3]), fingers: f64(["points", 3, 5, 4]) },
  ({ turn, shift, fingers }) => concat([turn, shift, reshape(fingers, ["points", 3, 20])], 2),
);

const simple = { ...pose, hand, vertexOf: i32(["points"]), points: f64(["points", 3]) };

/** From the vertex that each point corresponds to, to the point. */
export const simpleObjective = fn(simple, ({ vertexOf, points, ...posedHand }) =>
  sub(points, gather(vertices(posedHand), vertexOf)),
);

const simpleSlopes = jacobian(simpleObjective, parameters, { mode: "forward" });

/** Of each error the derivatives in the parameters. */
export const simpleJacobian = fn(simple, (input) => columns(simpleSlopes(input)));

/** The point of a triangle with barycentric coordinates u₀, u₁ and 1 - u₀ - u₁. */
const within = fn({ u: f64([2]), corners: f64([3, 3]) }, ({ u, corners }) => {
  const [first, second] = split(u, [1, 1]);
  return matmul(concat([u, sub(1, add(first, second))]), corners);
});

const pointsWithin = vmap(within, "points");
const slopesWithin = vmap(jacobian(within, "u"), "points");

const complicated = {
  ...pose,
  us: f64(["points", 2]),
  hand,
  triangles: i32(["triangles", 3]),
  triangleOf: i32(["points"]),
  points: f64(["points", 3]),
};

/** From the place in the triangle that each point corresponds to, to the point. */
export const complicatedObjective = fn(complicated, ({ us, triangles, triangleOf, points, ...posedHand }) => {
  const corners = gather(vertices(posedHand), gather(triangles, triangleOf));
  return sub(points, pointsWithin({ u: us, corners }));
});

const complicatedSlopes = jacobian(complicatedObjective, parameters, { mode: "forward" });

/**
 * Of each error the derivatives in its own u, then in the parameters. An error depends on no other u, so that part of the
 * Jacobian is one block of [3, 2] for each point.
 */
export const complicatedJacobian = fn(complicated, (input) => {
  const { us, triangles, triangleOf, points, ...posedHand } = input;
  const corners = gather(vertices(posedHand), gather(triangles, triangleOf));
  return concat([neg(slopesWithin({ u: us, corners })), columns(complicatedSlopes(input))], 2);
});
