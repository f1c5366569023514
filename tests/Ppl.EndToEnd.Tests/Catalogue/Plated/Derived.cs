using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Values that are computed from latents and data, outside the rows, in them, and in the arms of a branch, as results have them.</summary>
public sealed partial class Derived : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Derived", () => new Derived(), (n, t) => [Real(t, n), Real(t, n)], ["scale <- ", "mu <- ", "eta <- y, c, mu, scale"],
        ["mu", "eta"]);

    public bool IsShifted { get; set; } = true;

    [Model]
    private void Generate(Tensor y, Tensor c)
    {
        var mu = Sample(Normal(0, 1));
        var scale = Sample(HalfNormal(1));
        var ratio = Deterministic(mu / scale);
        using var data = Plate(y, c);
        var eta = Sample(Normal(0, 1));
        Tensor theta;
        if (IsShifted) theta = Deterministic(mu + (scale * eta) + c);
        else theta = Deterministic(mu + (scale * eta));
        if (IsShifted)
        {
            var twice = Deterministic(stack([theta, 2 * theta], -1));
        }

        Observe(y, Normal(theta, 1));
        var residual = Deterministic(y - theta);
    }
}
