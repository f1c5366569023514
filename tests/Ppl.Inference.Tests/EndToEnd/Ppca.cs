using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>What is known of probabilistic PCA in closed form (Tipping and Bishop 1999).</summary>
internal static class Ppca
{
    /// <summary>Data with two strong directions in five dimensions: [rows, 5], double precision.</summary>
    public static Tensor Data(int rows, long seed = 1)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var z = randn([rows, 2], dtype: ScalarType.Float64, generator: generator);
        var noise = randn([rows, 5], dtype: ScalarType.Float64, generator: generator);
        var directions = tensor(new double[,] { { 2, -1, 0.5, 0, 1 }, { 0, 1, 1.5, -1, 0.3 } });
        var offset = tensor([1.0, -2, 0, 0.5, 3]);
        return (z.matmul(directions) + (0.6 * noise) + offset).MoveToOuterDisposeScope();
    }

    /// <summary>The largest mean log likelihood of data under a model with this many latents.</summary>
    /// <remarks>
    /// With λ the eigenvalues of the covariance and σ² the mean of the last d − q: −½ (d log 2π + Σ_{j ≤ q} log λ_j + (d − q) log σ² + d).
    /// </remarks>
    public static double MaximumLogLikelihood(Tensor x, int latents)
    {
        using var scope = NewDisposeScope();
        var centered = x - x.mean([0]);
        var covariance = centered.t().matmul(centered) / x.shape[0];
        var eigenvalues = linalg.eigvalsh(covariance).data<double>().ToArray().OrderDescending().ToArray();
        var d = eigenvalues.Length;
        var noise = eigenvalues.Skip(latents).Average();
        return -0.5 * ((d * Math.Log(2 * Math.PI)) + eigenvalues.Take(latents).Sum(Math.Log) + ((d - latents) * Math.Log(noise)) + d);
    }

    /// <summary>log p(x) = log N(x; μ, W Wᵀ + σ² I) of a model, [B].</summary>
    public static Tensor Evidence(LinearGaussian model, Tensor x)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var w = model.Decoder.weight!;
        var d = x.shape[1];
        var covariance = w.matmul(w.t()) + ((2 * model.LogNoise).exp() * eye(d, dtype: ScalarType.Float64));
        var centered = x - model.Decoder.bias!;
        var quadratic = (centered * linalg.solve(covariance, centered.t()).t()).sum(1);
        var (_, logDeterminant) = linalg.slogdet(covariance);
        return (-0.5 * (quadratic + logDeterminant + (d * Math.Log(2 * Math.PI)))).MoveToOuterDisposeScope();
    }

    /// <summary>A model with orthogonal directions, so that its posterior has independent coordinates.</summary>
    public static LinearGaussian Model()
    {
        var model = new LinearGaussian(2, 5);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        model.Decoder.weight!.copy_(tensor(new double[,] { { 1, 0.5 }, { -0.5, 1 }, { 1, 1 }, { 0.5, -2 }, { 0, 0.5 } }));
        model.Decoder.bias!.copy_(tensor([0.5, -1, 0, 0.25, 2]));
        model.LogNoise.fill_(-0.4);
        return model;
    }

    /// <summary>A guide that is the posterior: N(M⁻¹ Wᵀ (x − μ), σ² M⁻¹), M = Wᵀ W + σ² I, diagonal here.</summary>
    public static LinearGaussian.Guide ExactGuide(LinearGaussian model, Tensor x)
    {
        var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(x));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var w = model.Decoder.weight!;
        var variance = (2 * model.LogNoise).exp();
        var m = w.square().sum([0]) + variance;
        var slope = w.t() / m.unsqueeze(1);
        SetLinear(guide.z, slope, -slope.matmul(model.Decoder.bias!), 0.5 * (variance / m).log());
        return guide;
    }

    /// <summary>Sets a linear encoder to N(slope x + offset, exp(logScale)).</summary>
    public static void SetLinear(Encoder encoder, Tensor slope, Tensor offset, Tensor logScale)
    {
        using var grad = no_grad();
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            if (name.EndsWith("weight", StringComparison.Ordinal)) parameter.copy_(cat([slope, zeros_like(slope)], 0));
            else parameter.copy_(cat([offset, logScale], 0));
        }
    }

    /// <summary>Moves every parameter a little, the same way each time.</summary>
    public static void Disturb(nn.Module module, double size)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var generator = new Generator(7, CPU);
        foreach (var parameter in module.parameters())
            parameter.add_(size * randn(parameter.shape, dtype: parameter.dtype, generator: generator));
    }
}
