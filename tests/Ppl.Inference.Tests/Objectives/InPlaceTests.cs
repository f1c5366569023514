using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>No code of ours throws inside a backward pass, where TorchSharp would end the process.</summary>
public sealed class InPlaceTests
{
    [Fact]
    public void A_change_between_a_density_and_its_backward_pass_is_an_error_and_not_the_end_of_the_process()
    {
        using var child = new ChildProcess(InPlaceChanges.Argument);
        var (code, output) = child.Finish();
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.All(lines[..3], line => Assert.Contains("has been modified by an inplace operation", line, StringComparison.Ordinal));
        Assert.Equal(InPlaceChanges.End, lines[3]);
        Assert.Equal(0, code);
    }

    /// <summary>Another one needs its own place among the changes that the child process makes.</summary>
    [Fact]
    public void One_function_has_a_backward_pass_of_its_own()
    {
        var assemblies = new[] { typeof(GenerativeModel).Assembly, typeof(Svi).Assembly, typeof(Ppl.Data.ImageSet).Assembly };
        Assert.Equal(["BernoulliDensity"], assemblies.SelectMany(assembly => assembly.GetTypes()).Where(IsFunction).Select(type => type.Name));
    }

    private static bool IsFunction(Type type)
    {
        for (var step = type.BaseType; step is not null; step = step.BaseType)
        {
            if (step.IsGenericType && step.GetGenericTypeDefinition() == typeof(autograd.Function<>)) return true;
        }

        return false;
    }
}
