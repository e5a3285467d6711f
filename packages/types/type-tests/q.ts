type B1<A> = <T>() => T extends [A] ? 1 : 2;
type B2<A> = <T>() => T extends [A] ? 1 : 2;
type S3<A, B> = B1<A> extends B2<B> ? true : false;
type B4<A> = <T>() => T extends A[] ? 1 : 2;
type B5<A> = <T>() => T extends A[] ? 1 : 2;
type S4<A, B> = B4<A> extends B5<B> ? true : false;
interface Box<A> { a: A }
type B6<A> = <T>() => T extends Box<A> ? 1 : 2;
type B7<A> = <T>() => T extends Box<A> ? 1 : 2;
type S5<A, B> = B6<A> extends B7<B> ? true : false;
type B8<A> = <T>() => T extends Box<A> ? 1 : 2;
type S6<A, B> = B8<A> extends (<T>() => T extends Box<B> ? 1 : 2) ? true : false;
export function f<N extends string | number>() {
  const r3: S3<N, 1> = false; const q3: S3<N, N> = true; const t3: S3<N, number> = false; const u3: S3<[N, 3], [N, 1]> = false;
  const r4: S4<N, 1> = false; const q4: S4<N, N> = true; const t4: S4<N, number> = false; const u4: S4<[N, 3], [N, 1]> = false;
  const r5: S5<N, 1> = false; const q5: S5<N, N> = true; const t5: S5<N, number> = false; const u5: S5<[N, 3], [N, 1]> = false;
  const r6: S6<N, 1> = false; const q6: S6<N, N> = true; const t6: S6<N, number> = false; const u6: S6<[N, 3], [N, 1]> = false;
  const w4: S4<string, number> = false; const v4: S4<1 | 2, 1> = false; const y4: S4<never, 1> = false; const z4: S4<never, never> = true;
  return [r3, q3, t3, u3, r4, q4, t4, u4, r5, q5, t5, u5, r6, q6, t6, u6, w4, v4, y4, z4];
}
