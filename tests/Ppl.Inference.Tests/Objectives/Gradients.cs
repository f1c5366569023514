using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Gradients of objectives as numbers.</summary>
internal static class Gradients
{
    /// <summary>The gradient of minus the bound by a module's parameters, flat, with the noise of a seed.</summary>
    public static double[] Of(Objective objective, Guide guide, nn.Module module, Batch batch, long seed)
    {
        using var scope = NewDisposeScope();
        ((nn.Module)guide.Model).zero_grad();
        guide.zero_grad();
        using (manual_seed(seed))
        {
            using var result = objective.Accumulate(guide, batch);
        }

        return [.. module.parameters().SelectMany(p => p.grad is { } grad ? grad.cpu().data<double>().ToArray() : new double[p.numel()])];
    }

    /// <summary>Minus the bound with the noise of a seed.</summary>
    public static double Loss(Objective objective, Guide guide, Batch batch, long seed)
    {
        using (manual_seed(seed))
        {
            using var result = objective.Evaluate(guide, batch);
            return -result.Bound;
        }
    }

    /// <summary>Central differences of <see cref="Loss"/> by a module's parameters.</summary>
    public static double[] ByDifferences(Objective objective, Guide guide, nn.Module module, Batch batch, long seed, double h = 1e-5)
    {
        var gradient = new List<double>();
        foreach (var parameter in module.parameters())
        {
            using var flat = parameter.detach().view(-1);
            for (var i = 0L; i < flat.numel(); i++)
            {
                using var entry = flat[i];
                var value = entry.item<double>();
                entry.fill_(value + h);
                var above = Loss(objective, guide, batch, seed);
                entry.fill_(value - h);
                var below = Loss(objective, guide, batch, seed);
                entry.fill_(value);
                gradient.Add((above - below) / (2 * h));
            }
        }

        return [.. gradient];
    }

    public static double Largest(IEnumerable<double> values) => values.Max(Math.Abs);

    public static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"entry {i}: expected {expected[i]:R}, found {actual[i]:R}");
    }
}
