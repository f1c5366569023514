namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>Sequences of different lengths, stored step by step: the first steps of all, then the second, ...</summary>
                public sealed class PackedSequence : IDisposable
                {
                    public readonly Tensor data;
                    public readonly Tensor batch_sizes;
                    public readonly Tensor sorted_indices;
                    public readonly Tensor unsorted_indices;

                    internal PackedSequence(Tensor data, Tensor batch_sizes, Tensor sorted_indices, Tensor unsorted_indices)
                    {
                        (this.data, this.batch_sizes) = (data, batch_sizes);
                        (this.sorted_indices, this.unsorted_indices) = (sorted_indices, unsorted_indices);
                    }

                    private IEnumerable<Tensor> Tensors =>
                        new[] { data, batch_sizes, sorted_indices, unsorted_indices }.Where(tensor => tensor is not null);

                    public PackedSequence MoveToOuterDisposeScope() => ForEach(tensor => tensor.MoveToOuterDisposeScope());

                    public PackedSequence MoveToOtherDisposeScope(DisposeScope other) =>
                        ForEach(tensor => tensor.MoveToOtherDisposeScope(other));

                    public PackedSequence MoveToOtherDisposeScope(PackedSequence other) =>
                        ForEach(tensor => tensor.MoveToOtherDisposeScope(other.data));

                    public PackedSequence DetachFromDisposeScope() => ForEach(tensor => tensor.DetachFromDisposeScope());

                    public void Dispose() => ForEach(tensor =>
                    {
                        tensor.Dispose();
                        return tensor;
                    });

                    /// <summary>Other data of the same lengths.</summary>
                    internal PackedSequence With(Tensor other) =>
                        new(other, batch_sizes.alias(), sorted_indices?.alias(), unsorted_indices?.alias());

                    /// <summary>A hidden state (layers, batch, size) with the batch in the order of the packing.</summary>
                    internal Tensor Sorted(Tensor hidden) => sorted_indices is null ? hidden : hidden.index_select(1, sorted_indices);

                    internal Tensor Unsorted(Tensor hidden) => unsorted_indices is null ? hidden : hidden.index_select(1, unsorted_indices);

                    private PackedSequence ForEach(Func<Tensor, Tensor> act)
                    {
                        foreach (var tensor in Tensors) act(tensor);

                        return this;
                    }
                }

                /// <summary>Packs padded sequences; unless enforce_sorted is false, their lengths must fall.</summary>
                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false,
                    bool enforce_sorted = true)
                {
                    ArgumentNullException.ThrowIfNull(input);
                    ArgumentNullException.ThrowIfNull(lengths);
                    using var scope = NewDisposeScope();
                    var sizes = lengths.cpu();
                    Tensor sorted = null, unsorted = null;
                    if (!enforce_sorted)
                    {
                        (sizes, sorted) = sizes.sort(descending: true);
                        unsorted = sorted.argsort();
                        input = input.index_select(batch_first ? 0 : 1, sorted);
                    }

                    var (data, batches) = Raw.pack_padded_sequence(input, sizes, batch_first);
                    return new PackedSequence(data, batches, sorted, unsorted).MoveToOuterDisposeScope();
                }

                public static PackedSequence pack_sequence(IEnumerable<Tensor> sequences, bool enforce_sorted = true)
                {
                    var all = sequences.ToArray();
                    using var padded = pad_sequence(all);
                    using var lengths = tensor(Array.ConvertAll(all, sequence => sequence.shape[0]));
                    return pack_padded_sequence(padded, lengths, false, enforce_sorted);
                }

                /// <summary>The padded sequences and their lengths.</summary>
                public static (Tensor, Tensor) pad_packed_sequence(PackedSequence sequence, bool batch_first = false,
                    double padding_value = 0.0, long? total_length = null)
                {
                    ArgumentNullException.ThrowIfNull(sequence);
                    using var scope = NewDisposeScope();
                    var (padded, lengths) = Raw.pad_packed_sequence(
                        sequence.data, sequence.batch_sizes, batch_first, padding_value, total_length ?? -1);
                    if (sequence.unsorted_indices is { } order)
                    {
                        padded = padded.index_select(batch_first ? 0 : 1, order);
                        lengths = lengths.index_select(0, order);
                    }

                    return (padded.MoveToOuterDisposeScope(), lengths.MoveToOuterDisposeScope());
                }

                public static Tensor pad_sequence(IEnumerable<Tensor> sequences, bool batch_first = false, double padding_value = 0.0) =>
                    Raw.pad_sequence(sequences.ToArray(), batch_first, padding_value);
            }
        }
    }
}
