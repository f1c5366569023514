using Ppl.Common;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>
/// TorchSharp's own binary format of tensors: element type, number of dimensions and sizes as LEB128, then the elements' bytes.
/// A reader is given bytes that it can't trust, so that each number is checked before it is used.
/// </summary>
internal static class StateFile
{
    private const int MaxDimensions = 64;
    private const int MaxLeb128Bytes = 9;
    private const long PieceLength = 1L << 24;

    public static void Encode(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        while (value > 0x7f)
        {
            writer.Write((byte)((value & 0x7f) | 0x80));
            value >>= 7;
        }

        writer.Write((byte)value);
    }

    public static long Decode(this BinaryReader reader)
    {
        var result = 0L;
        for (var i = 0; i < MaxLeb128Bytes; i++)
        {
            var part = reader.ReadByte();
            result |= (long)(part & 0x7f) << (7 * i);
            if ((part & 0x80) == 0) return result;
        }

        throw new InvalidDataException("The file holds a number longer than 63 bits: it is not a saved state.");
    }

    /// <summary>A text with its length before it.</summary>
    public static string ReadName(BinaryReader reader, string what)
    {
        try
        {
            return reader.ReadString();
        }
        catch (EndOfStreamException e)
        {
            throw new EndOfStreamException($"The file ends within the name of {what}.", e);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new InvalidDataException($"The name of {what} is no string: the file is not a saved state.", e);
        }
    }

    /// <summary>Writes a file; what was there before stays whole until the new one is complete.</summary>
    public static void Replace(string location, Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(location);

        // Renaming a file onto a device or a pipe would put an end to that: it is written as it is.
        var isFile = TargetFile.OtherThanFile(location) is null;
        var target = isFile ? TargetFile.AfterLinks(location) : location;
        var written = isFile ? target + ".part" : target;
        try
        {
            // A pipe that is opened for reading too does not wait for its reader, and what is written before one comes is lost.
            var stream = isFile ? File.Create(written) : new FileStream(written, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            using (var writer = new BinaryWriter(stream))
            {
                write(writer);
            }

            if (isFile) File.Move(written, target, overwrite: true);
        }
        catch when (isFile)
        {
            File.Delete(written);
            throw;
        }
    }

    public static void WriteTensor(BinaryWriter writer, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (tensor.is_quantized()) throw new NotSupportedException("A quantized tensor cannot be saved: the format has no place for its scale.");
        using var plain = tensor.Plain();
        writer.Encode((int)plain.dtype);
        writer.Encode(plain.shape.Length);
        foreach (var size in plain.shape) writer.Encode(size);

        ForEachPiece(plain, bytes => writer.Write(bytes));
    }

    /// <summary>Reads a tensor into memory of its own, which belongs to the current dispose scope.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a saved tensor.</exception>
    /// <exception cref="EndOfStreamException">The file ends within the tensor.</exception>
    public static Tensor ReadTensor(BinaryReader reader, string what)
    {
        var (dtype, shape, bytes) = ReadHeader(reader, what);
        var stream = reader.BaseStream;
        var count = bytes / dtype.ElementSize();
        using var noGrad = no_grad();
        var tensor = empty(0, dtype: dtype);
        try
        {
            for (var done = 0L; done < count; done = tensor.numel())
            {
                // What cannot seek does not tell its length: memory grows with what has come.
                Raw.resize_(tensor, [stream.CanSeek ? count : Math.Min(count, done + Math.Max(done, PieceLength))]);
                using var rest = tensor.narrow(0, done, tensor.numel() - done);
                ForEachPiece(rest, stream.ReadExactly);
            }
            Raw.resize_(tensor, shape);
            return tensor;
        }
        catch (EndOfStreamException e)
        {
            tensor.Dispose();
            throw new EndOfStreamException($"{what}: the file ends before the last of the {bytes} bytes of elements.", e);
        }
    }

    internal delegate void BytesAction(Span<byte> bytes);

    /// <summary>A span can't be longer than 2 GiB, a tensor can.</summary>
    internal static void ForEachPiece(Tensor tensor, BytesAction act)
    {
        using var flat = tensor.view(-1);
        for (var start = 0L; start < flat.numel(); start += PieceLength)
        {
            using var piece = flat.narrow(0, start, Math.Min(PieceLength, flat.numel() - start));
            act(piece.bytes);
        }
    }

    private static (ScalarType, long[], long) ReadHeader(BinaryReader reader, string what)
    {
        try
        {
            var code = reader.Decode();
            if (code > sbyte.MaxValue || !Enum.IsDefined((ScalarType)(sbyte)code) || is_quantized((ScalarType)(sbyte)code))
                throw new InvalidDataException($"{what}: {code} is no element type.");

            var dtype = (ScalarType)(sbyte)code;
            var dimensions = reader.Decode();
            if (dimensions > MaxDimensions)
                throw new InvalidDataException($"{what}: {dimensions} dimensions are more than {MaxDimensions}.");

            var shape = new long[dimensions];
            // libtorch's strides take a size of 0 for 1.
            var extent = (long)dtype.ElementSize();
            for (var i = 0; i < shape.Length; i++)
            {
                shape[i] = reader.Decode();
                extent = checked(extent * Math.Max(shape[i], 1));
            }

            var bytes = shape.Contains(0) ? 0 : extent;
            RequireLength(reader.BaseStream, bytes, what);
            return (dtype, shape, bytes);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"{what}: the sizes' product is out of range.", e);
        }
        catch (EndOfStreamException e)
        {
            throw new EndOfStreamException($"{what}: the file ends within the tensor's header.", e);
        }
    }

    private static void RequireLength(Stream stream, long bytes, string what)
    {
        if (stream.CanSeek && stream.Length - stream.Position < bytes)
        {
            throw new EndOfStreamException(
                $"{what}: {bytes} bytes of elements are expected, the file has {stream.Length - stream.Position} left.");
        }
    }
}
