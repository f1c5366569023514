using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// The tensors of a module in TorchSharp's own format, so that <c>Module.load</c> reads a part of a checkpoint too: their number; for each
/// its name, element type, number of dimensions and sizes; then its elements. Numbers are LEB128.
/// </summary>
/// <remarks>
/// Reading compares all but the elements with what the module has, and takes nothing from the file that the module does not ask for; the
/// length of the whole is known before.
/// </remarks>
internal static class StateFormat
{
    // A span cannot be longer than 2 GiB, a tensor can.
    private const long PieceLength = 1L << 24;
    private const long LargestTensor = 1L << 48;

    private delegate void BytesAction(Span<byte> bytes);

    /// <summary>The number of elements of a tensor; null where the shape is none, or too large for any.</summary>
    public static long? TryCountElements(IReadOnlyList<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            if (size < 0 || (size > 0 && count > LargestTensor / size)) return null;
            count *= size;
        }

        return count;
    }

    /// <summary>The length of the state's part.</summary>
    public static long Length(Dictionary<string, Tensor> state) =>
        Header(state.Count).Length + state.Sum(entry => Header(entry.Key, entry.Value).Length + (entry.Value.numel() * entry.Value.element_size()));

    public static void Write(Stream stream, Dictionary<string, Tensor> state)
    {
        stream.Write(Header(state.Count));
        foreach (var (name, tensor) in state)
        {
            using var scope = NewDisposeScope();
            stream.Write(Header(name, tensor));
            ForEachPiece(tensor.detach().cpu().contiguous(), bytes => stream.Write(bytes));
        }
    }

    /// <summary>Reads a state into new tensors on the CPU, which belong to the current dispose scope.</summary>
    /// <param name="stream">The part.</param>
    /// <param name="state">The state that it is to replace: nothing in it is changed.</param>
    /// <returns>A tensor for each of the state's, in its order.</returns>
    /// <exception cref="InvalidDataException">The part's names, types or shapes are others.</exception>
    /// <exception cref="EndOfStreamException">The part ends before the last tensor.</exception>
    public static List<Tensor> Read(Stream stream, Dictionary<string, Tensor> state)
    {
        Expect(stream, Header(state.Count), "the number of its tensors");
        var read = new List<Tensor>();
        foreach (var (name, tensor) in state)
        {
            Expect(stream, Header(name, tensor), $"the name, type or shape of '{name}'");
            var fresh = empty(tensor.shape, dtype: tensor.dtype, device: CPU);
            ForEachPiece(fresh, stream.ReadExactly);
            read.Add(fresh);
        }

        return read;
    }

    private static void Expect(Stream stream, byte[] expected, string what)
    {
        var found = new byte[expected.Length];
        stream.ReadExactly(found);
        if (!found.AsSpan().SequenceEqual(expected)) throw new InvalidDataException($"{what} is not this run's");
    }

    private static byte[] Header(int count) => Bytes(writer => writer.Write7BitEncodedInt64(count));

    private static byte[] Header(string name, Tensor tensor) => Bytes(writer =>
    {
        writer.Write(name);
        writer.Write7BitEncodedInt64((long)tensor.dtype);
        writer.Write7BitEncodedInt64(tensor.shape.Length);
        foreach (var size in tensor.shape) writer.Write7BitEncodedInt64(size);
    });

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream)) write(writer);
        return stream.ToArray();
    }

    private static void ForEachPiece(Tensor tensor, BytesAction act)
    {
        using var flat = tensor.view(-1);
        for (var start = 0L; start < flat.numel(); start += PieceLength)
        {
            using var piece = flat.narrow(0, start, Math.Min(PieceLength, flat.numel() - start));
            act(piece.bytes);
        }
    }
}
