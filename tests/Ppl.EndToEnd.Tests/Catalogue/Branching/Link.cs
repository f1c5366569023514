using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>How a latent gives the data, and what it is drawn from: an enum that a switch reads.</summary>
public sealed partial class Link : GenerativeModel
{
    public static readonly CatalogueEntry Wide = Entry(Kind.Wide, "Link, wide", ["z <- x"], ["z"]);

    public static readonly CatalogueEntry Binary = Entry(Kind.Binary, "Link, binary", ["z <- x"], ["z"]);

    public static readonly CatalogueEntry Chained = Entry(Kind.Chained, "Link, chained", ["z <- x", "a <- z"], ["a"]);

    private readonly Kind kind;
    private readonly Module<Tensor, Tensor> up = Linear(2, 3), decoder = Linear(3, 4);

    public Link(Kind kind)
    {
        this.kind = kind;
        RegisterComponents();
    }

    public enum Kind
    {
        Wide,
        Binary,
        Chained,
    }

    private static CatalogueEntry Entry(Kind kind, string name, string[] steps, string[] closed) => new(
        name, () => new Link(kind), (n, t) => [CatalogueEntry.Binary(t, n, 4)], steps, closed);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Tensor z;
        switch (kind)
        {
            case Kind.Wide:
                z = Sample(Normal(0, 2).Expand(3));
                break;
            case Kind.Chained:
                var a = Sample(Normal(0, 1).Expand(2));
                z = Sample(Normal(up.call(a), 0.5));
                break;
            case Kind.Binary:
                z = Sample(Normal(0, 1).Expand(3));
                break;
            default:
                throw new InvalidOperationException($"kind {kind}");
        }

        switch (kind)
        {
            case Kind.Binary:
                {
                    Observe(x, Bernoulli(logits: decoder.call(z)));
                    break;
                }

            default:
                Observe(x, Normal(decoder.call(z), 1));
                break;
        }
    }
}
