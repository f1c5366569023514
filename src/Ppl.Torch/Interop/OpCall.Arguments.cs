using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

// What C# values become. The shim fits numbers and lists to the schema (an integer for a double, one integer for a list of them).
internal unsafe partial struct OpCall
{
    internal void AddDefault() => Put(Tag.Default, 0);

    internal void AddNone() => Put(Tag.None, 0);

    internal void Add(Tensor value) => Put(Tag.Tensor, value is null ? 0 : Checked(value));

    internal void Add(long value) => Put(Tag.Int, value);

    internal void Add(long? value) => Put(value.HasValue ? Tag.Int : Tag.None, value.GetValueOrDefault());

    internal void Add(int value) => Put(Tag.Int, value);

    internal void Add(int? value) => Put(value.HasValue ? Tag.Int : Tag.None, value.GetValueOrDefault());

    internal void Add(double value) => Put(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    internal void Add(double? value) => Put(value.HasValue ? Tag.Double : Tag.None, BitConverter.DoubleToInt64Bits(value.GetValueOrDefault()));

    internal void Add(float value) => Add((double)value);

    internal void Add(bool value) => Put(Tag.Bool, value ? 1 : 0);

    internal void Add(bool? value) => Put(value.HasValue ? Tag.Bool : Tag.None, value.GetValueOrDefault() ? 1 : 0);

    internal void Add(ScalarType value) => Put(Tag.Int, (long)value);

    internal void Add(ScalarType? value) => Put(value.HasValue ? Tag.Int : Tag.None, (long)value.GetValueOrDefault());

    internal void Add(Device value)
    {
        if (value is null) AddNone();
        else Put(Tag.Device, (long)value.type, value.index);
    }

    internal void Add(Generator value)
    {
        if (value is null)
        {
            AddNone();
            return;
        }
        if (value.IsDisposed) throw Refused(new ObjectDisposedException(nameof(Generator)));
        Put(Tag.Generator, value.Handle);
    }

    internal void Add(Scalar value)
    {
        if (value is null)
        {
            AddNone();
            return;
        }
        switch (value.Kind)
        {
            case Tag.Double: Add(value.Real); break;
            case Tag.Bool: Add(value.Integer != 0); break;
            case Tag.Int: Add(value.Integer); break;
            default:
                var room = (double*)Room(2);
                room[0] = value.Real;
                room[1] = value.Imaginary;
                Put(Tag.Complex, (long)room);
                break;
        }
    }

    internal void Add(string value)
    {
        if (value is null)
        {
            AddNone();
            return;
        }
        var length = Encoding.UTF8.GetByteCount(value);
        var room = (byte*)Room((length / 8) + 1);
        Encoding.UTF8.GetBytes(value, new Span<byte>(room, length));
        Put(Tag.String, (long)room, length);
    }

    internal void Add(long[] values)
    {
        if (values is null) AddNone();
        else Add(values.AsSpan());
    }

    internal void Add(Span<long> values) => Add((ReadOnlySpan<long>)values);

    internal void Add(ReadOnlySpan<long> values)
    {
        var room = Room(values.Length);
        values.CopyTo(new Span<long>(room, values.Length));
        Put(Tag.IntList, (long)room, values.Length);
    }

    internal void Add(int[] values)
    {
        var room = Room(values.Length);
        for (var i = 0; i < values.Length; i++) room[i] = values[i];
        Put(Tag.IntList, (long)room, values.Length);
    }

    internal void Add(Size values) => Add(values.Shape);

    internal void Add((long, long) values) => Add([values.Item1, values.Item2]);

    internal void Add((long, long)? values)
    {
        if (values.HasValue) Add(values.Value);
        else AddNone();
    }

    internal void Add((long, long, long) values) => Add([values.Item1, values.Item2, values.Item3]);

    internal void Add((long, long, long)? values)
    {
        if (values.HasValue) Add(values.Value);
        else AddNone();
    }

    internal void Add((long, long, long, long) values) => Add([values.Item1, values.Item2, values.Item3, values.Item4]);

    internal void Add(double[] values)
    {
        if (values is null)
        {
            AddNone();
            return;
        }
        var room = Room(values.Length);
        values.CopyTo(new Span<double>(room, values.Length));
        Put(Tag.DoubleList, (long)room, values.Length);
    }

    internal void Add((double, double) values) => Add([values.Item1, values.Item2]);

    internal void Add((double, double)? values)
    {
        if (values.HasValue) Add(values.Value);
        else AddNone();
    }

    internal void Add(Tensor[] values) => Add(values.AsSpan());

    internal void Add(Span<Tensor> values) => Add((ReadOnlySpan<Tensor>)values);

    internal void Add(ReadOnlySpan<Tensor> values)
    {
        var room = Room(values.Length);
        // A null stands for a missing optional tensor.
        for (var i = 0; i < values.Length; i++) room[i] = values[i] is null ? 0 : Checked(values[i]);
        Put(Tag.TensorList, (long)room, values.Length);
    }

    internal void Add(IList<Tensor> values)
    {
        if (values is Tensor[] array)
        {
            Add(array);
            return;
        }
        var room = Room(values.Count);
        for (var i = 0; i < values.Count; i++) room[i] = values[i] is null ? 0 : Checked(values[i]);
        Put(Tag.TensorList, (long)room, values.Count);
    }

    private long Checked(Tensor value)
    {
        var native = value.handle;
        return native != IntPtr.Zero ? native : throw Refused(Tensor.Empty());
    }

    // A call that is not made gives up its room.
    private Exception Refused(Exception fault)
    {
        Free();
        return fault;
    }
}
