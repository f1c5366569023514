using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

// Single tensors in the format of a module's state, and tensors as parameters.
public static partial class TensorExtensionMethods
{
    public static Parameter AsParameter(this Tensor tensor) => new(tensor);

    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(writer);
        StateFile.WriteTensor(writer, tensor);
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this Tensor tensor, string location) => tensor.Save(File.Create(location));

    /// <summary>A saved tensor; skip moves over it and returns zeros of its shape.</summary>
    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        Tensor tensor = null;
        Load(ref tensor, reader, skip);
        return tensor;
    }

    /// <summary>Sets the tensor's elements to those saved, which must have its element type and shape.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(reader);
        using var saved = StateFile.ReadTensor(reader, "The tensor");
        if (saved.dtype != tensor.dtype)
            throw new ArgumentException($"The saved tensor is {saved.dtype}, this one {tensor.dtype}.");

        if (skip) return;

        if (!saved.shape.SequenceEqual(tensor.shape))
        {
            throw new ArgumentException(
                $"The saved tensor has shape ({string.Join(", ", saved.shape)}), this one ({string.Join(", ", tensor.shape)}).");
        }

        using var noGrad = no_grad();
        tensor.copy_(saved);
    }

    /// <summary>Sets the tensor's elements to those saved, or makes the tensor where it is null.</summary>
    public static void Load(ref Tensor tensor, BinaryReader reader, bool skip = false)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (tensor is not null)
        {
            tensor.Load(reader, skip);
            return;
        }

        tensor = StateFile.ReadTensor(reader, "The tensor");
        if (skip) tensor.zero_();
    }
}
