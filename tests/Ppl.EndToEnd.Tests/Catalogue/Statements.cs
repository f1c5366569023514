using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Ordinary C# between the sites: locals, a deconstructed tuple, an <c>if</c> on a field, a loop without sites, a helper method.</summary>
public sealed partial class Statements : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Statements", () => new Statements(), (n, t) => [Real(t, n, 6)], ["b <- x", "a <- x, b"], ["a"]);

    private readonly bool deep = true;
    private readonly Module<Tensor, Tensor> first = Linear(2, 4), second = Linear(3, 4), decoder = Linear(4, 6);

    public Statements() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        const double scale = 0.5;
        var a = Sample(Normal(0, 1).Expand(2));
        var (mean, gain) = (first.call(a), 1 + scale);
        if (deep) mean = Squash(mean);
        else gain = 2;

        var b = Sample(Normal(mean.narrow(-1, 0, 3) * gain, scale));
        Tensor hidden = second.call(b);
        for (var i = 0; i < 2; i++) hidden = hidden.tanh() + mean;
        Observe(x, Normal(decoder.call(hidden), 1));
    }

    private static Tensor Squash(Tensor value) => value.sigmoid();
}
