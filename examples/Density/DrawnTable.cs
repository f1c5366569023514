using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Examples.Density;

/// <summary>A table of six numbers a row, made of independent ones by a map with a known inverse, so that its density is known.</summary>
/// <remarks>
/// Of u₀ with two modes, u₁ skewed, u₂ with heavy tails and u₃, u₄, u₅ standard normal: x₀ = u₀, x₁ = u₁ + 0.8 u₀, x₂ = u₂ + u₁ / 2,
/// x₃ = exp(0.4 u₀) u₃, x₄ = (u₄ + u₃²) / 2, x₅ = u₅ / 2 + sin x₁. log |det ∂x/∂u| = 0.4 u₀ − 2 log 2.
/// </remarks>
internal static class DrawnTable
{
    private const double Slope = 0.4;

    /// <summary>Rows of the table.</summary>
    public static Tensor Draw(int count)
    {
        var u = Columns().Select(column => column.Sample(count)).ToArray();
        var x1 = u[1] + (0.8 * u[0]);
        return stack([u[0], x1, u[2] + (u[1] / 2), (Slope * u[0]).exp() * u[3], (u[4] + u[3].square()) / 2, (u[5] / 2) + x1.sin()], -1);
    }

    /// <summary>log p of each row.</summary>
    public static Tensor LogDensity(Tensor rows)
    {
        var x = rows.unbind(-1);
        var u1 = x[1] - (0.8 * x[0]);
        var u3 = x[3] * (-Slope * x[0]).exp();
        Tensor[] u = [x[0], u1, x[2] - (u1 / 2), u3, (2 * x[4]) - u3.square(), 2 * (x[5] - x[1].sin())];
        var density = Columns().Zip(u, (column, value) => column.LogProb(value)).Aggregate((sum, next) => sum + next);
        return density - (Slope * x[0]) + (2 * Math.Log(2));
    }

    private static Distribution[] Columns() =>
    [
        new MixtureSameFamily(new Categorical(ones(2)), new Normal(linspace(-1.5, 1.5, 2), 0.4)),
        new Gumbel(0, 0.7), new StudentT(5, 0, 0.7), new Normal(0, 1), new Normal(0, 1), new Normal(0, 1),
    ];
}
