using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    /// <summary>Writes type, shape (variable-length integers) and bytes: the form of TorchSharp's .dat files.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            var values = tensor.cpu().contiguous();
            writer.Encode((int)values.dtype);
            writer.Encode(values.dim());
            foreach (var size in values.shape) writer.Encode(size);
            values.WriteBytesToStream(writer.BaseStream);
        }
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    public static void Save(this Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    /// <summary>Reads values into this tensor, whose type and shape the file must have; <paramref name="skip"/> only moves past them.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false) => Load(ref tensor, reader, skip);

    /// <summary>As above; a null tensor is made from the file.</summary>
    public static void Load(ref Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var type = (ScalarType)reader.Decode();
        var shape = new long[reader.Decode()];
        for (var d = 0; d < shape.Length; d++) shape[d] = reader.Decode();
        if (skip)
        {
            SkipBytes(reader.BaseStream, shape.TotalSize() * type.ElementSize());
            return;
        }
        tensor ??= empty(shape, type);
        if (tensor.dtype != type) throw new ArgumentException($"Mismatched tensor data types while loading: {type} in the file, {tensor.dtype} here. Make sure that the model you are loading into is exactly the same as the origin.");
        if (!tensor.shape.AsSpan().SequenceEqual(shape))
        {
            throw new ArgumentException($"Mismatched tensor shape while loading: [{string.Join(", ", shape)}] in the file, [{string.Join(", ", tensor.shape)}] here. Make sure that the model you are loading into is exactly the same as the origin.");
        }
        Fill(tensor, reader.BaseStream);
    }

    public static Tensor Load(this BinaryReader reader, bool skip = false)
    {
        Tensor tensor = null;
        Load(ref tensor, reader, skip);
        return tensor;
    }

    public static Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
    {
        var result = from_array(rawArray).reshape(dimensions);
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor ToTensor<T>(this T scalar, Device device = null, bool requires_grad = false) where T : struct =>
        from_array(new[] { scalar }, null, device).reshape([]).requires_grad_(requires_grad);

    public static ReadOnlySpan<int> IntShape(this Tensor tensor) => Array.ConvertAll(tensor.shape, s => (int)s);

    private static void Fill(Tensor tensor, Stream stream)
    {
        if (tensor.is_cpu() && tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(stream);
            return;
        }
        using var read = empty(tensor.shape, tensor.dtype);
        read.ReadBytesFromStream(stream);
        using (no_grad()) tensor.copy_(read);
    }

    private static void SkipBytes(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Current);
            return;
        }
        var buffer = new byte[Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) throw new EndOfStreamException("the file ends inside a tensor");
            count -= read;
        }
    }
}
