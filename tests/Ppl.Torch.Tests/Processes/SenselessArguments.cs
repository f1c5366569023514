using System.Reflection;

namespace Ppl.Torch.Tests.Processes;

/// <summary>Arguments of any kind: some make sense together, most do not.</summary>
internal sealed class SenselessArguments(int seed)
{
    private readonly Random random = new(seed);

    public bool TryFill(ParameterInfo[] parameters, out object[] values)
    {
        values = new object[parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.HasDefaultValue && random.Next(2) == 0) values[i] = parameter.DefaultValue;
            else if (!TryMake(parameter.ParameterType, out values[i])) return false;
        }
        return true;
    }

    public Tensor Tensor() => random.Next(24) switch
    {
        0 => tensor(1.5),
        1 => zeros(0),
        2 => rand(2, 3),
        3 => arange(6).reshape(2, 3),
        4 => rand(3, 3) > 0.5,
        5 => rand(3, 3, ScalarType.Float64).requires_grad_(),
        6 => rand(2, 2, 2, 2),
        7 => Disposed(),
        8 => rand(2, 3, device: META),
        9 => Sparse(),
        10 => rand(3, 3, ScalarType.ComplexFloat64).conj(),
        11 => rand(3, 3).to(ScalarType.Float16),
        12 => rand(4).to(ScalarType.BFloat16),
        13 => full(3, double.NaN),
        14 => tensor(new long[] { -7, 1000, 3 }),
        15 => rand(1, 3).expand(4, 3),
        16 => rand(6, 4).t(),
        17 => zeros(3, 0, 2),
        18 => rand(2, 3, 4, requires_grad: true),
        19 => arange(4).to(ScalarType.Byte),
        20 => rand(1, 2, 4, 4),
        21 => rand([1, 1, 3, 3, 3]),
        22 => tensor(double.PositiveInfinity).requires_grad_(),
        _ => rand(3, 3),
    };

    private static Tensor Disposed()
    {
        var x = rand(3, 3);
        x.Dispose();
        return x;
    }

    private static Tensor Sparse() =>
        sparse_coo_tensor(tensor(new long[,] { { 0, 1 }, { 1, 2 } }), tensor(new[] { 1f, 2f }), new long[] { 3, 3 });

    private bool TryMake(Type type, out object value)
    {
        value = null;
        if (Nullable.GetUnderlyingType(type) is { } inner) return random.Next(2) == 0 || TryMake(inner, out value);
        if (type == typeof(Tensor)) value = random.Next(10) == 0 ? null : Tensor();
        else if (type == typeof(Tensor[]) || type == typeof(IList<Tensor>) || type == typeof(IEnumerable<Tensor>)) value = Tensors();
        else if (type == typeof(long)) value = Integer();
        else if (type == typeof(int)) value = random.Next(16) == 0 ? int.MinValue : random.Next(-3, 5);
        else if (type == typeof(double)) value = Number();
        else if (type == typeof(float)) value = (float)Number();
        else if (type == typeof(bool)) value = random.Next(2) == 0;
        else if (type == typeof(Scalar)) value = random.Next(5) == 0 ? null : random.Next(3) == 0 ? (Scalar)Integer() : (Scalar)Number();
        else if (type == typeof(long[])) value = random.Next(7) == 0 ? null : Many(Integer);
        else if (type == typeof(int[])) value = random.Next(7) == 0 ? null : Many(() => random.Next(-2, 4));
        else if (type == typeof((long, long))) value = (Integer(), Integer());
        else if (type == typeof((long, long, long))) value = (Integer(), Integer(), Integer());
        else if (type == typeof(TensorIndex[])) value = Many(() => random.Next(3) == 0 ? TensorIndex.Tensor(Tensor()) : (TensorIndex)Integer());
        else if (type == typeof(string)) value = new[] { null, "", "cpu", "mean", "ij,jk->ik", "\0" }[random.Next(6)];
        else if (type == typeof(Device)) value = new[] { null, CPU, META, CUDA, new Device((DeviceType)77), new Device(DeviceType.CPU, 300) }[random.Next(6)];
        else if (type.IsEnum) value = Choice(type);
        else return type == typeof(Generator) || type == typeof(string[]);
        return true;
    }

    private object Choice(Type type)
    {
        var values = Enum.GetValues(type);
        return random.Next(4) == 0 ? Enum.ToObject(type, new[] { 77, -1, 21 }[random.Next(3)]) : values.GetValue(random.Next(values.Length));
    }

    // Nothing between small and impossible: a size of thousands only costs time, and one of millions memory.
    private long Integer() => random.Next(16) switch
    {
        0 => long.MaxValue,
        1 => long.MinValue,
        _ => random.Next(-3, 5),
    };

    private double Number() => random.Next(8) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        _ => (random.NextDouble() * 4) - 2,
    };

    private Tensor[] Tensors()
    {
        var result = Many(Tensor);
        if (result.Length > 0 && random.Next(8) == 0) result[0] = null;
        return result;
    }

    private T[] Many<T>(Func<T> make)
    {
        var result = new T[random.Next(5)];
        for (var i = 0; i < result.Length; i++) result[i] = make();
        return result;
    }
}
