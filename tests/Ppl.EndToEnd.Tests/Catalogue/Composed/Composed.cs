using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>One submodel called twice: two codes of one network.</summary>
public sealed partial class TwoCodes : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TwoCodes", () => new TwoCodes(), (n, t) => [Real(t, n, 3), Real(t, n, 2)], ["b.z <- x, c", "a.z <- x, c, b.z"], ["a.z", "b.z"]);

    private readonly Code code = new();

    public TwoCodes() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var a = code.Draw(c);
        var b = code.Draw(c.neg());
        Observe(x, Normal(a * b, 0.5));
    }
}

/// <summary>A submodel in a loop, whose result is carried on: the elements of an array receive the results.</summary>
public sealed partial class Steps : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Steps", () => new Steps(), (n, t) => [Real(t, n, 3), Real(t, n, 3)],
        ["h[3].e <- x, u", "h[2].e <- u, h[3].e", "h[1].e <- u, h[2].e", "h[0].e <- u, h[1].e"], []);

    private readonly int length = 4;
    private readonly Step step = new();
    private readonly Module<Tensor, Tensor> start = Linear(3, 3);

    public Steps() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor u)
    {
        using var data = Plate(x, u);
        var state = start.call(u);
        var h = new Tensor[length];
        for (var t = 0; t < length; t++)
        {
            h[t] = step.Draw(state);
            state = h[t];
        }

        Observe(x, Normal(state, 1));
    }
}

/// <summary>Two submodels draw the elements of one array.</summary>
public sealed partial class StartAndSteps : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "StartAndSteps", () => new StartAndSteps(), (n, t) => [Real(t, n, 3), Real(t, n, 3)],
        ["h[2].e <- x, u", "h[1].e <- u, h[2].e", "h[0].e <- u, h[1].e"], ["h[0].e"]);

    private readonly int length = 3;
    private readonly Step first = new(), next = new();

    public StartAndSteps() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor u)
    {
        using var data = Plate(x, u);
        var h = new Tensor[length];
        h[0] = first.Draw(u);
        for (var t = 1; t < length; t++) h[t] = next.Draw(h[t - 1]);
        Observe(x, Normal(h[length - 1], 1));
    }
}

/// <summary>A call beside calls of an array, whose name is as long, and data that are observed in another order than they are given.</summary>
public sealed partial class MixedCalls : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "MixedCalls", () => new MixedCalls(), (n, t) => [Real(t, n, 3), Real(t, n, 3)],
        ["h[2].e <- x, y", "h[1].e <- h[2].e", "h[0].e <- h[1].e", "a.e <- h[0].e"], ["a.e"]);

    private readonly TorchSharp.Modules.Parameter origin = new(zeros(3), true);
    private readonly Step prior = new(), first = new(), next = new();
    private readonly Both both = new();

    public MixedCalls() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var a = prior.Draw(origin);
        var h = new Tensor[3];
        h[0] = first.Draw(a);
        for (var t = 1; t < 3; t++) h[t] = next.Draw(h[t - 1]);
        both.Weigh(y: y, x: x, h: h[2]);
    }
}

/// <summary>A submodel of the model's own, and the likelihood as another.</summary>
public sealed partial class OwnParts : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "OwnParts", () => new OwnParts(), (n, t) => [CatalogueEntry.Binary(t, n, 4)], ["b.e <- x", "a.e <- b.e"], ["a.e"]);

    private readonly Module<Tensor, Tensor> net = Linear(3, 3);
    private readonly TorchSharp.Modules.Parameter start = new(zeros(3), true);
    private readonly Binary likelihood = new();

    public OwnParts() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Layer(start);
        var b = this.Layer(h: a.neg());
        likelihood.Weigh(x, b);
    }

    [Model]
    private Tensor Layer(Tensor h)
    {
        var e = Sample(Normal(net.call(h), 1));
        return e;
    }
}

/// <summary>Submodels two deep, with two results and a factor, and one that is global.</summary>
public sealed partial class Deeper : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Deeper", () => new Deeper(), (n, t) => [Real(t, n, 3), Real(t, n, 2)],
        ["g.e[1] <- ", "g.e[0] <- ", "g.s <- ", "a.w <- x, c, g.s, g.e[0], g.e[1]", "a.inner.z <- c, a.w"], ["a.inner.z"]);

    private readonly Shifted shifted = new();
    private readonly Spread spread = new();

    public Deeper() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        var g = spread.Draw();
        using var data = Plate(x, c);
        var a = shifted.Draw(c);
        Observe(x, Normal(a.Value, a.Scale + g));
    }
}

/// <summary>Calls in a branch, of submodels with branches of their own.</summary>
public sealed partial class Choosing : GenerativeModel
{
    public static readonly CatalogueEntry Fine = new(
        "Choosing, fine", () => new Choosing(isFine: true), (n, t) => [Real(t, n, 2)], ["b.z <- x", "a.d <- x, b.z", "a.z <- x, a.d, b.z"], ["a.z"]);

    public static readonly CatalogueEntry Coarse = new(
        "Choosing, coarse", () => new Choosing(isFine: false), (n, t) => [Real(t, n, 2)], ["a.z <- x"], ["a.z"]);

    private readonly bool isFine;
    private readonly Refined refined;
    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.3f), true);

    public Choosing(bool isFine)
    {
        this.isFine = isFine;
        refined = new Refined(isFine);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = refined.Draw(shift.expand(2));
        if (isFine)
        {
            var b = Further(a);
            Observe(x, Normal(a + b, 0.4));
        }
        else
        {
            Observe(x, Normal(a, 0.6));
        }
    }

    [Model]
    private Tensor Further(Tensor h)
    {
        var z = Sample(Normal(h, 0.3));
        return z * shift;
    }
}
