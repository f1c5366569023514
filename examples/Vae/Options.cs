namespace Ppl.Examples.Vae;

/// <summary>What is trained.</summary>
internal enum Bound
{
    /// <summary>The ELBO, and then the IWAE bound on the same networks.</summary>
    Both,

    /// <summary>Only the ELBO.</summary>
    Elbo,

    /// <summary>Only the IWAE bound, from fresh networks.</summary>
    Iwae,
}

/// <summary>The options of the program; <c>--help</c> says what each means.</summary>
internal sealed record Options
{
    public string? DataFolder { get; init; }

    public string? Set { get; init; }

    public bool Download { get; init; }

    public Bound Objective { get; init; }

    public int Particles { get; init; } = 50;

    public int Latents { get; init; } = 20;

    public int Hidden { get; init; } = 400;

    public int Epochs { get; init; } = 10;

    public int IwaeEpochs { get; init; } = 1;

    public int ManifoldEpochs { get; init; } = 10;

    public int BatchSize { get; init; } = 128;

    public double LearningRate { get; init; } = 1e-3;

    public long Seed { get; init; }

    public int NllSamples { get; init; } = 5000;

    public int NllImages { get; init; } = 500;

    public string Out { get; init; } = Path.Combine("out", "vae");

    public bool Smoke { get; init; }

    /// <summary>The same run cut down to seconds: it shows that everything works, not what it reaches.</summary>
    public Options Shortened() => Smoke
        ? this with
        {
            Set = Set ?? "drawn-digits",
            Epochs = 1,
            IwaeEpochs = 1,
            ManifoldEpochs = 1,
            Particles = Math.Min(Particles, 5),
            NllSamples = 50,
            NllImages = 20,
        }
        : this;
}
