using System.Reflection;
using System.Runtime.InteropServices;
using Ppl.Generators.Frontend;
using Ppl.Generators.Tests.Harness;
using TorchSharp;

namespace Ppl.Generators.Tests;

/// <summary>The compiler's table of operations is true of the library at hand: each operation that takes one tensor is run.</summary>
public class TorchOperationTests
{
    private static readonly long[][] Sizes = [[3, 3], [9], [2, 2, 3, 3]];

    /// <summary>Operations whose gradient says nothing about the table, with the reason.</summary>
    private static readonly Dictionary<string, string> Special = new()
    {
        ["zero_"] = "a constant, whatever it replaces",
        ["logical_not_"] = "libtorch keeps the gradient of what it overwrites",
    };

    [Fact]
    public void Operations_that_pass_no_gradient_are_those_of_the_table()
    {
        var wrong = new List<string>();
        foreach (var method in Operations().Where(m => !Special.ContainsKey(m.Name) && !TorchOperations.Random.Contains(m.Name)))
        {
            if (Passes(method) is { } passes && passes == Stops(method.Name)) wrong.Add($"{method.DeclaringType!.Name}.{method.Name} passes a gradient: {passes}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Operations_that_draw_random_numbers_are_those_of_the_table()
    {
        // A network's own noise is part of the network, written as an operation or as a module.
        var wrong = Operations().Concat(Creations()).Where(m => !m.Name.Contains("dropout", StringComparison.Ordinal) && !m.Name.Contains("empty", StringComparison.Ordinal))
            .Where(m => Draws(m) is { } draws && draws != TorchOperations.Random.Contains(m.Name)).Select(m => $"{m.DeclaringType!.Name}.{m.Name}");
        Assert.Equal("", string.Join(" ", wrong.Distinct()));
    }

    [Fact]
    public void Every_entry_is_a_member_of_the_library()
    {
        var members = typeof(torch).Assembly.GetExportedTypes().Where(t => t.Namespace is "TorchSharp" or "TorchSharp.Utils")
            .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)).Select(m => m.Name).ToHashSet();
        var entries = new[]
        {
            TorchOperations.Detaching, TorchOperations.Flat, TorchOperations.Conversions, TorchOperations.Layout, TorchOperations.LayoutOfArguments,
            TorchOperations.Random, TorchOperations.Seeding, TorchOperations.GradientModes,
        };
        Assert.Equal([], entries.SelectMany(e => e).Where(name => !members.Contains(name)));
        Assert.All(TorchOperations.WholeTypes, name => Assert.True(Enum.TryParse<torch.ScalarType>(name, true, out _) || members.Contains(name), name));
    }

    private static bool Stops(string name)
    {
        var plain = name.TrimEnd('_');
        return TorchOperations.Flat.Contains(plain) || TorchOperations.Detaching.Contains(plain) || TorchOperations.Layout.Contains(name);
    }

    /// <summary>Methods that give a tensor for a tensor, and need nothing else.</summary>
    private static IEnumerable<MethodInfo> Operations() => Methods().Where(m => Required(m) is var required && (m.IsStatic
        ? required.Count == 1 && required[0].ParameterType == typeof(torch.Tensor) : m.DeclaringType == typeof(torch.Tensor) && required.Count == 0));

    /// <summary>Methods that give a tensor of a size.</summary>
    private static IEnumerable<MethodInfo> Creations() =>
        Methods().Where(m => m.IsStatic && Required(m) is [{ ParameterType: var type }] && (type == typeof(long[]) || type == typeof(long)));

    private static IEnumerable<MethodInfo> Methods() => typeof(torch).Assembly.GetExportedTypes().Where(t => t.Namespace == "TorchSharp")
        .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(m => !m.IsSpecialName && !m.IsGenericMethodDefinition && m.ReturnType == typeof(torch.Tensor));

    private static List<ParameterInfo> Required(MethodInfo method) => [.. method.GetParameters().Where(p => !p.IsOptional)];

    /// <summary>Whether the derivative of a random combination of the result's entries is anywhere not zero; null where the operation takes none of the inputs.</summary>
    private static bool? Passes(MethodInfo method)
    {
        using var turn = TorchTurn.Seed(1);
        using var scope = torch.NewDisposeScope();
        bool? passes = null;
        foreach (var size in Sizes)
        {
            foreach (var shift in new[] { 0.1, 1.1 })
            {
                var x = torch.rand(size, requires_grad: true);
                if (Run(method, (x * 0.8) + shift) is not { } result) continue;
                if (!result.requires_grad)
                {
                    passes ??= false;
                }
                else if (Gradient(result, x) is { } gradient)
                {
                    passes ??= false;
                    if (gradient.nan_to_num(0, 0, 0).ne(0).any().item<bool>()) return true;
                }
            }
        }

        return passes;
    }

    private static torch.Tensor? Gradient(torch.Tensor result, torch.Tensor input)
    {
        try
        {
            var real = result.is_complex() ? torch.view_as_real(result.resolve_conj()) : result;
            (real * torch.rand_like(real.detach())).sum().backward();
            return input.grad ?? torch.zeros(1);
        }
        catch (ExternalException)
        {
            return null; // no derivative at this input
        }
    }

    private static bool? Draws(MethodInfo method)
    {
        using var turn = TorchTurn.Take();
        using var scope = torch.NewDisposeScope();
        foreach (var size in Sizes)
        {
            var x = torch.full(size, 0.4);
            var runs = new List<torch.Tensor?>();
            for (var seed = 1; seed <= 4; seed++)
            {
                torch.manual_seed(seed);
                runs.Add(Run(method, x.clone()));
            }

            if (runs.All(r => r is not null)) return runs.Any(r => !Same(r!, runs[0]!));
        }

        return null;
    }

    private static bool Same(torch.Tensor a, torch.Tensor b)
    {
        if (a.is_sparse) (a, b) = (a.to_dense(), b.to_dense());
        if (a.is_complex()) (a, b) = (torch.view_as_real(a.resolve_conj()), torch.view_as_real(b.resolve_conj()));
        return a.eq(b).logical_or(a.isnan().logical_and(b.isnan())).all().item<bool>();
    }

    private static torch.Tensor? Run(MethodInfo method, torch.Tensor input)
    {
        try
        {
            object Value(ParameterInfo parameter) => parameter.IsOptional ? Type.Missing
                : parameter.ParameterType == typeof(torch.Tensor) ? input : parameter.ParameterType == typeof(long) ? 50L : new long[] { 50 };
            return (torch.Tensor)method.Invoke(method.IsStatic ? null : input, BindingFlags.OptionalParamBinding, null, [.. method.GetParameters().Select(Value)], null)!;
        }
        catch (TargetInvocationException fault) when (fault.InnerException is ExternalException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null; // it needs another input
        }
        catch (ArgumentException)
        {
            return null; // a default that reflection cannot pass on
        }
    }
}
