using System.IO.Compression;
using System.Runtime.InteropServices;
using Ppl.Common;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>
/// Reads the archives that libtorch writes for a tensor: a ZIP file with a pickle, which describes the tensor, and its elements as they lie
/// in memory. libtorch's own reader believes every number in it, so that a damaged file makes it read and write outside of its memory.
/// </summary>
internal sealed class TensorArchive : IDisposable
{
    private const string Description = "data.pkl";

    private readonly ZipArchive archive;
    private readonly string folder;

    private TensorArchive(Stream stream)
    {
        archive = new ZipArchive(stream);
        var name = archive.Entries.FirstOrDefault(e => e.Name == Description)?.FullName
            ?? throw new InvalidDataException($"it has no record '{Description}'");
        folder = name[..^Description.Length];
    }

    /// <summary>Where the elements of a tensor lie among those of its storage.</summary>
    private sealed record Layout(ScalarType Type, string Key, long Count, long Offset, long[] Shape, long[] Strides, bool RequiresGrad);

    /// <exception cref="InvalidDataException">The file is no archive of a tensor, or is damaged.</exception>
    public static Tensor Read(string location)
    {
        using var stream = File.OpenRead(location);
        try
        {
            using var archive = new TensorArchive(stream);
            return archive.Read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or OverflowException or ExternalException)
        {
            throw new InvalidDataException($"{location} is not an archive of a tensor, or is damaged: {e.Message.TrimEnd('.')}.", e);
        }
    }

    public void Dispose() => archive.Dispose();

    private Tensor Read()
    {
        var layout = Describe(Pickle.Read(ReadDescription()));
        RequireInside(layout);
        using var elements = ReadElements(layout);
        using var view = elements.as_strided(layout.Shape, layout.Strides, layout.Offset);
        return view.detach().requires_grad_(layout.RequiresGrad);
    }

    // A module with one member, whose name is 0: that is how libtorch saves a single tensor.
    private static Layout Describe(object module)
    {
        if (module is Pickle.Instance { State: Dictionary<string, object> members } && members.TryGetValue("0", out var value)
            && value is Pickle.Call { Function.Name: "torch._utils._rebuild_tensor_v2" } call
            && call.Arguments is [Pickle.Persistent { Id: var storage }, long offset, object[] shape, object[] strides, bool grad, ..]
            && storage is ["storage", Pickle.Global type, string key, string, long count])
        {
            return new Layout(ElementType(type.Name), key, count, offset, Numbers(shape), Numbers(strides), grad);
        }
        throw new InvalidDataException("it describes something else than a dense tensor");
    }

    private static long[] Numbers(object[] values) =>
        Array.ConvertAll(values, v => v is long number ? number : throw new InvalidDataException("a size is no number"));

    private static ScalarType ElementType(string storage) => storage switch
    {
        "torch.ByteStorage" => ScalarType.Byte,
        "torch.CharStorage" => ScalarType.Int8,
        "torch.ShortStorage" => ScalarType.Int16,
        "torch.IntStorage" => ScalarType.Int32,
        "torch.LongStorage" => ScalarType.Int64,
        "torch.HalfStorage" => ScalarType.Float16,
        "torch.FloatStorage" => ScalarType.Float32,
        "torch.DoubleStorage" => ScalarType.Float64,
        "torch.ComplexFloatStorage" => ScalarType.ComplexFloat32,
        "torch.ComplexDoubleStorage" => ScalarType.ComplexFloat64,
        "torch.BoolStorage" => ScalarType.Bool,
        "torch.BFloat16Storage" => ScalarType.BFloat16,
        _ => throw new InvalidDataException($"'{storage}' is no type of elements that can be loaded"),
    };

    private static void RequireInside(Layout layout)
    {
        var (shape, strides) = (layout.Shape, layout.Strides);
        var (count, last) = (1L, layout.Offset);
        foreach (var size in shape) count = checked(count * size);
        for (var i = 0; i < Math.Min(shape.Length, strides.Length); i++) last = checked(last + (Math.Max(shape[i] - 1, 0) * strides[i]));
        var isSound = shape.Length == strides.Length && layout.Offset >= 0 && shape.All(s => s >= 0) && strides.All(s => s >= 0);
        if (!isSound || (count > 0 && last >= layout.Count))
        {
            throw new InvalidDataException(
                $"a tensor of shape ({string.Join(", ", shape)}), strides ({string.Join(", ", strides)}) and offset {layout.Offset} "
                + $"does not lie in {layout.Count} elements");
        }
    }

    private byte[] ReadDescription()
    {
        using var record = new Record(archive, folder + Description);
        var bytes = new byte[checked((int)record.Length)];
        record.ReadExactly(bytes);
        record.RequireChecksum();
        return bytes;
    }

    private Tensor ReadElements(Layout layout)
    {
        if (layout.Count == 0) return empty(0, dtype: layout.Type);
        using var record = new Record(archive, $"{folder}data/{layout.Key}");
        if (record.Length != checked(layout.Count * layout.Type.ElementSize()))
        {
            throw new InvalidDataException(
                $"the record '{record.Name}' has {record.Length} bytes and should have {layout.Count} elements of {layout.Type}");
        }
        var elements = empty(layout.Count, dtype: layout.Type);
        try
        {
            StateFile.ForEachPiece(elements, record.ReadExactly);
            record.RequireChecksum();
            return elements;
        }
        catch
        {
            elements.Dispose();
            throw;
        }
    }

    /// <summary>A part of the archive. libtorch compresses none, so that a file is never smaller than what it holds.</summary>
    private sealed class Record : IDisposable
    {
        private readonly ZipArchiveEntry entry;
        private readonly Stream stream;
        private uint check;

        public Record(ZipArchive archive, string name)
        {
            entry = archive.GetEntry(name) ?? throw new InvalidDataException($"it has no record '{name}'");
            if (entry.CompressedLength != entry.Length) throw new InvalidDataException($"the record '{name}' is compressed");
            stream = entry.Open();
        }

        public string Name => entry.FullName;

        public long Length => entry.Length;

        public void ReadExactly(Span<byte> bytes)
        {
            stream.ReadExactly(bytes);
            check = Crc32.Append(check, bytes);
        }

        public void RequireChecksum()
        {
            if (check != entry.Crc32) throw new InvalidDataException($"the record '{Name}' has another checksum than when it was saved");
        }

        public void Dispose() => stream.Dispose();
    }
}
