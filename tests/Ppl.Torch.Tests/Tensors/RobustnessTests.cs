using System.Reflection;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Every public operation with arguments that mostly make no sense: faults are exceptions, and the process lives.</summary>
public class RobustnessTests
{
    // They change the process (defaults, threads, files) or give up a tensor's memory on purpose.
    private static readonly HashSet<string> Left =
    [
        "UnsafeCreateTensor", "DecoupleFromNativeHandle", "Dispose", "set_default_dtype", "set_default_tensor_type", "set_default_device",
        "set_num_threads", "set_num_interop_threads", "get_num_interop_threads", "save", "load", "Load", "from_file", "set_printoptions",
        "inference_mode", "no_grad", "enable_grad", "set_grad_enabled", "NewDisposeScope", "use_deterministic_algorithms",
        "set_deterministic_debug_mode", "manual_seed", "set_warn_always", "set_float32_matmul_precision",
    ];

    public static TheoryData<Type> Owners => new() { typeof(Tensor), typeof(torch), typeof(linalg), typeof(special), typeof(fft), typeof(nn.functional) };

    [Theory]
    [MemberData(nameof(Owners))]
    public void SenselessArgumentsDoNotCrash(Type owner)
    {
        var arguments = new RandomArguments(seed: 12);
        var (calls, returned) = (0, 0);
        foreach (var method in owner.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (Left.Contains(method.Name) || method.IsSpecialName || method.IsGenericMethod) continue;
            for (var repeat = 0; repeat < 3; repeat++)
            {
                using var scope = NewDisposeScope();
                if (!arguments.TryFill(method.GetParameters(), out var values)) break;
                calls++;
                try
                {
                    method.Invoke(method.IsStatic ? null : arguments.Tensor(), values);
                    returned++;
                }
                catch (TargetInvocationException fault)
                {
                    Assert.True(IsOrdinary(fault.InnerException, values), $"{method}: {fault.InnerException}");
                }
            }
        }
        Assert.True(calls > 20);
        Assert.True(returned > calls / 10, $"only {returned} of {calls} calls made sense");
    }

    // TorchSharp, too, answers a null that a member looks into with a NullReferenceException; without a null there is no excuse.
    private static bool IsOrdinary(Exception fault, object[] arguments) => fault switch
    {
        System.Runtime.InteropServices.ExternalException or ArgumentException or InvalidOperationException or IndexOutOfRangeException => true,
        NullReferenceException => arguments.Any(a => a is null || (a is object[] list && list.Contains(null))),
        _ => false,
    };

    private sealed class RandomArguments(int seed)
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

        public Tensor Tensor() => random.Next(7) switch
        {
            0 => tensor(1.5),
            1 => zeros(0),
            2 => rand(2, 3),
            3 => arange(6).reshape(2, 3),
            4 => rand(3, 3) > 0.5,
            5 => rand(3, 3, ScalarType.Float64).requires_grad_(),
            _ => rand(2, 2, 2, 2),
        };

        private bool TryMake(Type type, out object value)
        {
            value = null;
            if (Nullable.GetUnderlyingType(type) is { } inner) return random.Next(2) == 0 || TryMake(inner, out value);
            if (type == typeof(Tensor)) value = random.Next(8) == 0 ? null : Tensor();
            else if (type == typeof(Tensor[]) || type == typeof(IList<Tensor>) || type == typeof(IEnumerable<Tensor>)) value = Many(Tensor);
            else if (type == typeof(long)) value = (long)random.Next(-3, 4);
            else if (type == typeof(int)) value = random.Next(-3, 4);
            else if (type == typeof(double)) value = (random.NextDouble() * 4) - 2;
            else if (type == typeof(float)) value = (float)random.NextDouble();
            else if (type == typeof(bool)) value = random.Next(2) == 0;
            else if (type == typeof(Scalar)) value = random.Next(3) == 0 ? null : (Scalar)(random.NextDouble() * 3);
            else if (type == typeof(long[])) value = random.Next(5) == 0 ? null : Many(() => (long)random.Next(-2, 4));
            else if (type == typeof(ScalarType)) value = random.Next(2) == 0 ? ScalarType.Float32 : ScalarType.Int64;
            else if (type.IsEnum) value = Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
            else return type == typeof(Generator) || type == typeof(Device) || type == typeof(string);
            return true;
        }

        private T[] Many<T>(Func<T> make)
        {
            var result = new T[random.Next(4)];
            for (var i = 0; i < result.Length; i++) result[i] = make();
            return result;
        }
    }
}
