using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.EndToEnd;

// Models with the mistakes that users make, and with networks that need care.

/// <summary>A decoder of the test's own.</summary>
internal sealed partial class AnyDecoder : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder;

    public AnyDecoder(Module<Tensor, Tensor> decoder)
    {
        this.decoder = decoder;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}

/// <summary>A latent without event dimensions: one number a row.</summary>
internal sealed partial class OneNumber : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(1, 64);

    public OneNumber() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1));
        Observe(x, Bernoulli(logits: decoder.call(z.unsqueeze(-1))));
    }
}

/// <summary>The decoder takes three numbers a row, and Expand(3) is forgotten.</summary>
internal sealed partial class ForgottenExpand : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 64);

    public ForgottenExpand() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}

/// <summary>Log-odds given as probabilities.</summary>
internal sealed partial class LogitsAsProbs : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 64);

    public LogitsAsProbs() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(probs: decoder.call(z)));
    }
}

/// <summary>Parentheses around distributions, which the compiler's text of an argument keeps.</summary>
internal sealed partial class Parenthesized : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 64);

    public Parenthesized() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample((Normal(0, 1).Expand(3)));
        Observe(x, ((Bernoulli(logits: (decoder.call(z))))));
    }
}

/// <summary>An observed label of four classes.</summary>
internal sealed partial class Labelled : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 6), classes = Linear(3, 4);

    public Labelled() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: decoder.call(z)));
        Observe(y, Categorical(logits: classes.call(z)));
    }
}

/// <summary>A covariate that is an index into a table of four.</summary>
internal sealed partial class Indexed : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3 + 2, 6), table = Embedding(4, 2);

    public Indexed() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor kind)
    {
        using var data = Plate(x, kind);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: decoder.call(cat([z, table.call(kind)], 1))));
    }
}

/// <summary>A latent that nothing uses, beside one that is used.</summary>
internal sealed partial class Unused : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 64);

    public Unused() => RegisterComponents();

#pragma warning disable PPL0101
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        var w = Sample(Normal(0, 1).Expand(2));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
#pragma warning restore PPL0101
}

/// <summary>Nobody called RegisterComponents, or not everything is a component.</summary>
internal sealed partial class Unregistered : GenerativeModel
{
    private readonly Module<Tensor, Tensor>? decoder;
#pragma warning disable PPL0082 // the compiler finds it: the engine's own refusal is under test
    private readonly Module<Tensor, Tensor>[] layers;
#pragma warning restore PPL0082

    public Unregistered(Module<Tensor, Tensor>? decoder, bool register, params Module<Tensor, Tensor>[] layers)
    {
        this.decoder = decoder;
        this.layers = layers;
        if (register) RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: (decoder ?? layers[0]).call(z)));
    }
}
