using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Values that are recorded in loops, forwards and backwards, in branches of them, outside of rows and in them.</summary>
public sealed partial class Levels : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Levels", () => new Levels(), (n, t) => [Real(t, n, 3, 2)],
        ["s <- ", "z[2] <- x, s", "z[1] <- x, s, z[2]", "z[0] <- x[..2], s, z[1]"], ["z[0]"]);

    private readonly int steps = 3;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Levels() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var s = Sample(HalfNormal(1));
        var scale = new Tensor[steps];
        for (var t = steps - 1; t >= 0; t--) scale[t] = Deterministic(s * (t + 1));
        using var data = Plate(x);
        var z = new Tensor[steps];
        var mean = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            if (t == 0)
            {
                z[t] = Sample(Normal(0, 1).Expand(2));
                mean[t] = Deterministic(z[t].tanh());
            }
            else
            {
                z[t] = Sample(Normal(net.call(z[t - 1]), 0.5));
                mean[t] = Deterministic(z[t] + z[t - 1]);
            }

            Observe(x[.., t], Normal(mean[t], s + 0.1));
        }

        var last = Deterministic(mean[steps - 1].sum(-1));
    }
}

/// <summary>A submodel that records what it computes.</summary>
public sealed partial class Track : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Track() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor state)
    {
        var e = Sample(Normal(0, 1).Expand(2));
        var moved = Deterministic(net.call(state) + (0.5 * e));
        return moved;
    }
}

/// <summary>A submodel around another that records the elements of an array, and one that draws nothing.</summary>
public sealed partial class Sums : GenerativeModel
{
    private readonly Track track = new();

    public Sums() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor state)
    {
        var inner = track.Draw(state);
        var part = new Tensor[2];
        for (var i = 0; i < 2; i++) part[i] = Deterministic(inner.select(-1, i) * (i + 1));
        return part[0] + part[1];
    }

    [Model]
    public Tensor Weigh(Tensor y, Tensor h)
    {
        var mean = Deterministic(h.exp());
        Observe(y, Normal(mean, 0.5));
        return mean;
    }
}

/// <summary>Submodels that record values: called twice, in a loop, one in another, and one without a latent.</summary>
public sealed partial class Logged : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Logged", () => new Logged(), (n, t) => [Real(t, n, 2), Real(t, n), Real(t, n, 2)],
        [
            "b.inner.e <- x, y, u", "a.inner.e <- x, y, u, b.inner.e", "h[2].e <- x, u, a.inner.e, b.inner.e",
            "h[1].e <- x, u, a.inner.e, b.inner.e, h[2].e", "h[0].e <- x, u, a.inner.e, b.inner.e, h[1].e, h[2].e",
        ],
        ["a.inner.e", "b.inner.e", "h[0].e", "h[1].e", "h[2].e"]);

    private readonly Sums sums = new();
    private readonly Track track = new();

    public Logged() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor u)
    {
        using var data = Plate(x, y, u);
        var a = sums.Draw(u);
        var b = sums.Draw(u.neg());
        var h = new Tensor[3];
        h[0] = track.Draw(u);
        for (var t = 1; t < 3; t++) h[t] = track.Draw(h[t - 1]);
        Observe(x, Normal(h[2] + (a * b).unsqueeze(-1), 0.7));
        var w = sums.Weigh(y, a - b);
    }
}
