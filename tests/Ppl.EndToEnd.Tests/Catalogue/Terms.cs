using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A model whose class, latents, data and locals have the names that generated code would like to have.</summary>
public sealed partial class Terms : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Terms",
        () => new Terms(),
        (n, t) => [Real(t, n, 4), Real(t, n, 4), Real(t, n, 3)],
        ["Latents[2] <- Batch, Clone, owner", "Latents[1] <- owner, Latents[2]", "Draw <- owner, Latents[1], Latents[2]", "Latents[0] <- Draw, Latents[1]"],
        ["Draw", "Latents[0]"]);

    private readonly Module<Tensor, Tensor> net = Linear(3, 3), decoder = Linear(3, 4);

    public Terms() => RegisterComponents();

    [Model]
    private void Infer(Tensor Batch, Tensor Clone, Tensor owner)
    {
        using var rows = Plate(Batch, Clone, owner);
        var Draw = Sample(Normal(net.call(owner), 1));
        var Latents = new Tensor[3];
        Latents[0] = Sample(Normal(0, 1).Expand(3));
        for (var field = 1; field < 3; field++) Latents[field] = Sample(Normal(net.call(Latents[field - 1] + Draw), 1));
        Observe(Batch, Normal(decoder.call(Latents[2]), 1));
        Observe(Clone, Normal(decoder.call(Latents[2] + owner), 1));
    }
}
