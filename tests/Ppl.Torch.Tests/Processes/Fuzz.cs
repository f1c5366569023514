using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Ppl.Torch.Tests.Processes;

/// <summary>
/// Calls every public operation with arguments that mostly make no sense. Faults must be exceptions: the program writes the name of each
/// call before it makes it, so that the last line names the one that ended the process.
/// </summary>
internal static class Fuzz
{
    public const string LastLine = "survived";

    // They change the process (defaults, threads, files) or give up a tensor's memory on purpose.
    private static readonly HashSet<string> Left =
    [
        "UnsafeCreateTensor", "DecoupleFromNativeHandle", "set_default_dtype", "set_default_tensor_type", "set_default_device",
        "set_num_threads", "set_num_interop_threads", "get_num_interop_threads", "save", "Save", "load", "Load", "from_file", "set_printoptions",
        "inference_mode", "no_grad", "enable_grad", "set_grad_enabled", "NewDisposeScope", "use_deterministic_algorithms",
        "set_deterministic_debug_mode", "manual_seed", "set_warn_always", "set_float32_matmul_precision", "print",
    ];

    private static readonly Dictionary<string, Type> Owners = new[]
    {
        typeof(Tensor), typeof(torch), typeof(linalg), typeof(special), typeof(fft), typeof(nn.functional), typeof(nn), typeof(nn.init),
        typeof(TensorExtensionMethods), typeof(autograd),
    }.ToDictionary(t => t.Name);

    private static readonly List<string> raw = [];

    public static IEnumerable<string> OwnerNames => Owners.Keys;

    /// <summary>1 where an exception names no fault of the arguments.</summary>
    /// <remarks>The arguments: whose operations, the seed, how often each, and the number of the first call.</remarks>
    public static int Run(string[] arguments)
    {
        var owner = Owners[arguments[0]];
        var seed = int.Parse(arguments[1]);
        var repeats = int.Parse(arguments[2]);
        var first = arguments.Length > 3 ? int.Parse(arguments[3]) : 0;
        // One thread can only wait for itself: what does not return is a fault of the operation.
        set_num_threads(1);
        var (call, returned) = (0, 0);
        foreach (var method in owner.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            // What returns a span cannot be called by reflection.
            if (Left.Contains(method.Name) || method.ContainsGenericParameters || method.ReturnType.IsByRefLike) continue;
            for (var repeat = 0; repeat < repeats; repeat++, call++)
            {
                if (call >= first && Call(method, new SenselessArguments((seed * 1_000_003) + call), call)) returned++;
            }
        }
        foreach (var fault in raw) Console.Error.WriteLine(fault);
        if (raw.Count > 0) return 1;
        Console.WriteLine(FormattableString.Invariant($"{call} calls, {returned} returned"));
        Console.WriteLine(LastLine);
        return 0;
    }

    private static bool Call(MethodInfo method, SenselessArguments arguments, int call)
    {
        using var scope = NewDisposeScope();
        if (!arguments.TryFill(method.GetParameters(), out var values)) return false;
        var self = method.IsStatic ? null : arguments.Tensor();
        Console.WriteLine($"{call} {Describe(self)}.{method.Name}({string.Join(", ", values.Select(Describe))})");
        try
        {
            Use(method.Invoke(self, values), arguments);
            return true;
        }
        catch (Exception fault)
        {
            while (fault is TargetInvocationException) fault = fault.InnerException!;
            Console.WriteLine($"  {fault.GetType().Name}: {fault.Message.Split('\n')[0]}");
            if (!IsOrdinary(fault, values)) raw.Add($"{call} {method}: {fault}");
            return false;
        }
    }

    // TorchSharp, too, answers a null that a member looks into with a NullReferenceException; without a null there is no excuse.
    private static bool IsOrdinary(Exception fault, object[] arguments) => fault switch
    {
        SEHException => false,
        ExternalException => true,
        ArgumentException or InvalidOperationException or NotSupportedException or NotImplementedException or IndexOutOfRangeException =>
            IsOurs(fault) || HasNull(arguments),
        NullReferenceException => HasNull(arguments),
        _ => false,
    };

    private static bool HasNull(object[] arguments) => arguments.Any(a => a is null || (a is Tensor[] list && list.Contains(null)));

    // An exception that .NET makes, of a list's index for example, knows nothing of what was called.
    private static bool IsOurs(Exception fault)
    {
        var thrower = new StackTrace(fault).GetFrames().Select(f => f.GetMethod()?.DeclaringType).First(t => !typeof(Exception).IsAssignableFrom(t));
        return thrower?.Assembly == typeof(Tensor).Assembly && fault.Message != "Index was outside the bounds of the array."
            && fault.Message != new ArgumentOutOfRangeException((fault as ArgumentException)?.ParamName).Message;
    }

    // What came out is looked at, and run where it runs.
    private static void Use(object result, SenselessArguments arguments)
    {
        switch (result)
        {
            case Tensor tensor:
                _ = tensor.ToString();
                if (tensor.requires_grad && tensor.numel() == 1) tensor.backward();
                break;
            case nn.Module<Tensor, Tensor> module:
                using (module) Use(module.call(arguments.Tensor()), arguments);
                // Disposed: an exception, unless it needs no parameter.
                Use(module.call(rand(1, 3, 4, 4)), arguments);
                break;
            case IEnumerable<Tensor> tensors:
                foreach (var tensor in tensors) Use(tensor, arguments);
                break;
        }
    }

    private static string Describe(object value) => value switch
    {
        null => "null",
        Tensor { IsInvalid: true } => "disposed",
        Tensor tensor => $"[{string.Join('x', tensor.shape)} {tensor.dtype}{(tensor.is_sparse ? " sparse" : "")}{(tensor.is_meta ? " meta" : "")}]",
        Device device => device.ToString(),
        bool truth => truth ? "true" : "false",
        string text => $"'{text}'",
        Array array => $"{{{string.Join(", ", array.Cast<object>().Select(Describe))}}}",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.GetType().Name,
    };
}
