using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A series observed slice by slice, whose states share a level if a field says so: encoders see slices beside a branch.</summary>
public sealed partial class Seasonal : GenerativeModel
{
    public static readonly CatalogueEntry With = Entry("Seasonal", true);

    public static readonly CatalogueEntry Without = Entry("Seasonal without a level", false);

    private readonly bool leveled;
    private readonly Module<Tensor, Tensor> emission = Linear(1, 2);

    public Seasonal(bool leveled)
    {
        this.leveled = leveled;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Tensor shift;
        if (leveled)
        {
            var level = Sample(Normal(0, 1).Expand(1));
            shift = level;
        }
        else
        {
            shift = zeros_like(emission.get_parameter("bias")![..1]);
        }

        var h = new Tensor[3];
        h[0] = Sample(Normal(0, 1).Expand(1));
        Observe(x[.., 0], Normal(emission.call(h[0]), 0.5));
        for (var t = 1; t < 3; t++)
        {
            h[t] = Sample(Normal(h[t - 1] + shift, 0.7));
            Observe(x[.., t], Normal(emission.call(h[t]), 0.5));
        }
    }

    private static CatalogueEntry Entry(string name, bool leveled) => new(
        name, () => new Seasonal(leveled), (n, t) => [Real(t, n, 3, 2)],
        leveled
            ? ["h[2] <- x", "h[1] <- x[..2], h[2]", "h[0] <- x[0], h[1], h[2]", "level <- h[0], h[1], h[2]"]
            : ["h[2] <- x", "h[1] <- x[..2], h[2]", "h[0] <- x[0], h[1], h[2]"],
        leveled ? ["level", "h[0]"] : ["h[0]"]);
}
