using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Walks over the fields of an optimizer's options or state, in the order in which they are saved. Each class lists its fields
/// once; saving, loading, copying, comparing and releasing are walks.
/// </summary>
internal abstract class Fields
{
    public abstract void Number(ref double? value);

    public abstract void Flag(ref bool? value);

    public abstract void Count(ref long value);

    public abstract void Real(ref double value);

    public abstract void Required(ref Tensor value);

    public abstract void Optional(ref Tensor value);
}

/// <summary>Lists the values; tensors are the state's own.</summary>
internal sealed class Gather : Fields
{
    public List<object> Values { get; } = [];

    public override void Number(ref double? value) => Values.Add(value);

    public override void Flag(ref bool? value) => Values.Add(value);

    public override void Count(ref long value) => Values.Add(value);

    public override void Real(ref double value) => Values.Add(value);

    public override void Required(ref Tensor value) => Values.Add(value);

    public override void Optional(ref Tensor value) => Values.Add(value);
}

/// <summary>Sets the fields to listed values; tensors are copied to the device, and those before them are released.</summary>
internal sealed class Assign(List<object> values, Device device) : Fields
{
    private int next;

    public override void Number(ref double? value) => value = (double?)values[next++];

    public override void Flag(ref bool? value) => value = (bool?)values[next++];

    public override void Count(ref long value) => value = (long)values[next++];

    public override void Real(ref double value) => value = (double)values[next++];

    public override void Required(ref Tensor value) => Optional(ref value);

    public override void Optional(ref Tensor value)
    {
        using var noGrad = no_grad();
        var old = value;
        value = ((Tensor)values[next++])?.to(device, copy: true).DetachFromDisposeScope();
        old?.Dispose();
    }
}

/// <summary>Fills the options that are not set.</summary>
internal sealed class FillMissing(List<object> values) : Fields
{
    private int next;

    public override void Number(ref double? value)
    {
        var fallback = (double?)values[next++];
        value ??= fallback;
    }

    public override void Flag(ref bool? value)
    {
        var fallback = (bool?)values[next++];
        value ??= fallback;
    }

    public override void Count(ref long value) => next++;

    public override void Real(ref double value) => next++;

    public override void Required(ref Tensor value) => next++;

    public override void Optional(ref Tensor value) => next++;
}

internal sealed class Write(BinaryWriter writer) : Fields
{
    public override void Number(ref double? value) => writer.Write(value.Value);

    public override void Flag(ref bool? value) => writer.Write(value.Value);

    public override void Count(ref long value) => writer.Write(value);

    public override void Real(ref double value) => writer.Write(value);

    public override void Required(ref Tensor value) => StateFile.WriteTensor(writer, value);

    public override void Optional(ref Tensor value)
    {
        writer.Write(value is not null);
        if (value is not null) Required(ref value);
    }
}

/// <summary>Reads the values into a list; the fields are left as they are. Tensors are like their parameter, and options have none.</summary>
internal sealed class Read(BinaryReader reader, Tensor parameter) : Fields
{
    public List<object> Values { get; } = [];

    public override void Number(ref double? value) => Values.Add((double?)reader.ReadDouble());

    public override void Flag(ref bool? value) => Values.Add((bool?)reader.ReadBoolean());

    public override void Count(ref long value) => Values.Add(reader.ReadInt64());

    public override void Real(ref double value) => Values.Add(reader.ReadDouble());

    public override void Required(ref Tensor value)
    {
        var tensor = StateFile.ReadTensor(reader, "The optimizer's state");
        if (tensor.dtype != parameter.dtype || !tensor.shape.SequenceEqual(parameter.shape))
            throw new ArgumentException($"The saved state is {Describe(tensor)}, its parameter {Describe(parameter)}.");

        Values.Add(tensor);
    }

    public override void Optional(ref Tensor value)
    {
        if (reader.ReadBoolean()) Required(ref value);
        else Values.Add(null);
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} of shape ({string.Join(", ", tensor.shape)})";
}

internal sealed class Release : Fields
{
    public override void Number(ref double? value)
    {
    }

    public override void Flag(ref bool? value)
    {
    }

    public override void Count(ref long value)
    {
    }

    public override void Real(ref double value)
    {
    }

    public override void Required(ref Tensor value) => Optional(ref value);

    public override void Optional(ref Tensor value)
    {
        value?.Dispose();
        value = null;
    }
}
