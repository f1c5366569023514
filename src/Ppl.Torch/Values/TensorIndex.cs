namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position of an indexing expression.</summary>
    public struct TensorIndex
    {
        public static readonly TensorIndex None = new() { Kind = IndexKind.None };
        public static readonly TensorIndex Null = new() { Kind = IndexKind.Null };
        public static readonly TensorIndex Ellipsis = new() { Kind = IndexKind.Ellipsis };
        public static readonly TensorIndex Colon = Slice();

        internal IndexKind Kind { get; private init; }

        internal long Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long Step { get; private init; }

        internal torch.Tensor Mask { get; private init; }

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        public static implicit operator torch.Tensor(TensorIndex value) => value.Mask;

        public static TensorIndex Single(long? index) =>
            index.HasValue ? new() { Kind = IndexKind.Single, Start = index.Value } : Null;

        public static TensorIndex Bool(bool value) => new() { Kind = IndexKind.Bool, Start = value ? 1 : 0 };

        public static TensorIndex Tensor(torch.Tensor tensor) => new() { Kind = IndexKind.Tensor, Mask = tensor };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Kind = IndexKind.Slice, Start = start ?? 0, Stop = stop, Step = step ?? 1 };

        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);

        public static TensorIndex Slice(Range range)
        {
            long start = range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value;
            // ^0 is the end itself, which has no negative index.
            long? stop = !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value;
            return Slice(start, stop);
        }
    }

    internal enum IndexKind
    {
        Null, None, Ellipsis, Single, Bool, Slice, Tensor,
    }
}
