namespace Ppl.Inference;

/// <summary>Sizes and seed of the scores of <see cref="Disentanglement"/>; each uses what its definition has.</summary>
public sealed record DisentanglementOptions
{
    /// <summary>Every score is a pure function of codes, factors and this seed.</summary>
    public long Seed { get; init; }

    /// <summary>Points that the classifiers of the beta-VAE and FactorVAE scores learn from.</summary>
    public int TrainingPoints { get; init; } = 10_000;

    /// <summary>Points that these scores are measured on.</summary>
    public int TestPoints { get; init; } = 5000;

    /// <summary>L: pairs of a point of the beta-VAE score, rows of a point of the FactorVAE score.</summary>
    public int RowsPerPoint { get; init; } = 64;

    /// <summary>Cells of equal width between the least and the largest code, for the mutual information gap.</summary>
    public int Bins { get; init; } = 20;

    /// <summary>The part of the rows, drawn by the seed, that DCI and SAP are measured on, between 0 and 1; they learn from the others.</summary>
    public double TestPart { get; init; } = 1.0 / 3;

    /// <summary>Trees of a forest of DCI.</summary>
    public int Trees { get; init; } = 10;

    internal DisentanglementOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(TrainingPoints, 1, "options.TrainingPoints");
        ArgumentOutOfRangeException.ThrowIfLessThan(TestPoints, 1, "options.TestPoints");
        ArgumentOutOfRangeException.ThrowIfLessThan(RowsPerPoint, 2, "options.RowsPerPoint");
        ArgumentOutOfRangeException.ThrowIfLessThan(Bins, 2, "options.Bins");
        ArgumentOutOfRangeException.ThrowIfLessThan(Trees, 1, "options.Trees");
        if (TestPart is not (> 0 and < 1)) throw new ArgumentOutOfRangeException("options.TestPart", TestPart, "a part lies between 0 and 1");
        return this;
    }
}
