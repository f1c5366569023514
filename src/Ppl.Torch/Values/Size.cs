using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The shape of a tensor.</summary>
    public readonly struct Size : IEnumerable<long>
    {
        public static readonly Size Empty = new(Array.Empty<long>());

        private readonly long[] shape;

        public Size(long[] shape) => this.shape = (long[])shape.Clone();

        public Size(int[] shape) => this.shape = Array.ConvertAll(shape, s => (long)s);

        public Size(IEnumerable<long> shape) => this.shape = shape.ToArray();

        public Size(long size) => shape = [size];

        public Size((long, long) size) => shape = [size.Item1, size.Item2];

        public Size((long, long, long) size) => shape = [size.Item1, size.Item2, size.Item3];

        public Size((long, long, long, long) size) => shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((long, long, long, long, long) size) => shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((long, long, long, long, long, long) size) =>
            shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public Size(int size) => shape = [size];

        public Size((int, int) size) => shape = [size.Item1, size.Item2];

        public Size((int, int, int) size) => shape = [size.Item1, size.Item2, size.Item3];

        public Size((int, int, int, int) size) => shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((int, int, int, int, int) size) => shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((int, int, int, int, int, int) size) =>
            shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public long[] Shape => shape ?? [];

        public int Length => Shape.Length;

        public bool IsEmpty => Length == 0;

        public bool IsScalar => Length == 0;

        public long this[int idx] => idx < 0 ? Shape[Length + idx] : Shape[idx];

        public long this[long idx] => this[(int)idx];

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size(long[] size) => new(size);

        public static implicit operator Size((long, long) size) => new(size);

        public static implicit operator Size((long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long, long) size) => new(size);

        public static bool operator ==(Size left, Size right) => left.Shape.AsSpan().SequenceEqual(right.Shape);

        public static bool operator !=(Size left, Size right) => !(left == right);

        public static Size operator +(Size left, Size right) => new(left.Shape.Concat(right.Shape));

        public static Size operator +(Size left, IEnumerable<long> right) => new(left.Shape.Concat(right));

        public long numel()
        {
            var product = 1L;
            foreach (var s in Shape) product *= s;
            return product;
        }

        public Size Slice(int first, int next) => new(Shape[first..next]);

        public IEnumerable<long> Take(int i) => Shape.Take(i);

        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => Shape.GetEnumerator();

        public override bool Equals(object obj) => obj is Size other && this == other;

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var s in Shape) hash.Add(s);
            return hash.ToHashCode();
        }

        public override string ToString() => "[" + string.Join(", ", Shape) + "]";
    }
}
