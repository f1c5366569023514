using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// The leading dimensions of one pass: K particles, and the size and the total of each plate. Particles of local values are folded into
/// the rows of their outermost plate ([K·B, further plates, event], row k·B + b); values of other latents have no particles.
/// </summary>
public sealed class Layout
{
    private readonly ModelPlan plan;
    private readonly Axis[] plates;
    private readonly Batch? batch;
    private readonly IndexCheck? indices;

    /// <summary>The layout of a pass over data. Plates by number get their size when they are opened.</summary>
    /// <param name="batch">The data.</param>
    /// <param name="particles">K, at least 1.</param>
    /// <exception cref="PplArgumentException">There is no particle.</exception>
    public Layout(Batch batch, int particles)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (plan, this.batch, Particles, Lengths) = (batch.Plan, batch, new Rows(particles, 1).Particles, batch.Lengths);
        plates = new Axis[plan.Plates.Count];
        for (var i = 0; i < plates.Length; i++)
            plates[i] = new(AxisKind.Plate, plan.Plates[i].Name, batch.Size(plan.Plates[i]), batch.Total(plan.Plates[i]));
        (indices = batch.Indices).Check(plates);
    }

    /// <summary>The layout of a pass without data, as simulations are.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="particles">K, at least 1.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, 0 for one by number, which gets it when it is opened; then each length read off the data.
    /// </param>
    /// <exception cref="PplArgumentException">There is no particle, or not one size for each plate and length.</exception>
    public Layout(ModelPlan plan, int particles, params IReadOnlyList<long> sizes)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count != plan.Plates.Count + plan.Lengths.Count)
        {
            var lengths = plan.Lengths.Count == 0 ? ""
                : $" and {plan.Lengths.Count} lengths read off its data ({string.Join(", ", plan.Lengths.Select(l => l.Name))})";
            throw new PplArgumentException(
                $"{plan.Model} has {plan.Plates.Count} plates ({string.Join(", ", plan.Plates.Select(p => p.Name))}){lengths}; "
                + $"{sizes.Count} sizes were given.");
        }

        (this.plan, Particles) = (plan, new Rows(particles, 1).Particles);
        Lengths = [.. sizes.Skip(plan.Plates.Count).Select(length => checked((int)length))];
        plates = [.. plan.Plates.Select((plate, i) => new Axis(AxisKind.Plate, plate.Name, sizes[i], sizes[i]))];
    }

    /// <summary>The layout of a simulation, whose covariates are checked as the sizes of plates become known.</summary>
    internal Layout(ModelPlan plan, IReadOnlyList<long> sizes, IndexCheck indices) : this(plan, 1, sizes)
    {
        this.indices = indices;
        indices.Check(plates);
    }

    /// <summary>K, at least 1.</summary>
    public int Particles { get; }

    /// <summary>The lengths that the model reads off its data, in the order of the plan.</summary>
    public IReadOnlyList<int> Lengths { get; }

    internal ModelPlan Plan => plan;

    /// <summary>The plates by <see cref="PlateInfo.Index"/>; the size of one by number is 0 until it is opened.</summary>
    public IReadOnlyList<Axis> Plates => plates;

    /// <summary>Tells the size of a plate by number. Generated code calls it where the model makes the plate.</summary>
    /// <param name="plate">The plate.</param>
    /// <param name="size">Its size, at least 1, and the same throughout a pass.</param>
    /// <exception cref="PplArgumentException">The size is less than 1, or another one than before.</exception>
    /// <exception cref="PplShapeException">The data that the plate takes have another size.</exception>
    /// <exception cref="PplSupportException">An index of the data picks an element that the plate has not.</exception>
    public void Open(PlateInfo plate, long size)
    {
        ArgumentNullException.ThrowIfNull(plate);
        var known = plates[plate.Index].Size;
        if (known == size) return;
        if (size < 1) throw new PplArgumentException($"plate '{plate.Name}' has size {size}; a plate has at least 1.");
        if (known > 0 && plate.Sources.Count > 0) throw OtherThanData(plate, known, size);
        if (known > 0) throw new PplArgumentException($"plate '{plate.Name}' had size {known} before in this pass, and has {size} now.");
        plates[plate.Index] = new(AxisKind.Plate, plate.Name, size, size);
        indices?.Check(plates);
    }

    /// <summary>K particles of the rows of a rows plate: repeats, folds and unfolds.</summary>
    /// <param name="plate">A rows plate.</param>
    /// <exception cref="PplArgumentException">The plate is none.</exception>
    public Rows Rows(PlateInfo plate)
    {
        ArgumentNullException.ThrowIfNull(plate);
        return plate.IsRows ? new(Particles, plates[plate.Index].Size)
            : throw new PplArgumentException($"{plate} has no rows that particles fold into: it takes no dimension 0 of data.");
    }

    /// <summary>The numbers of a rows plate's rows in the whole data; null for a pass without data.</summary>
    internal Tensor? RowNumbers(PlateInfo plate) => batch?.Rows(plate);

    /// <summary>The size of a plate in this pass.</summary>
    /// <param name="plate">The plate.</param>
    /// <exception cref="PplArgumentException">It is a plate by number that has not been opened.</exception>
    public long Size(PlateInfo plate)
    {
        ArgumentNullException.ThrowIfNull(plate);
        return plates[plate.Index].Size is > 0 and var size ? size
            : throw new PplArgumentException($"plate '{plate.Name}' has not been opened in this pass, so that its size is not known.");
    }

    /// <summary>K of a site's values: the layout's for a local site, 1 for any other.</summary>
    /// <param name="site">The site.</param>
    internal int ParticlesOf(SiteInfo site) => site.IsLocal ? Particles : 1;

    /// <summary>The sizes of a site's plates: [B, M].</summary>
    /// <param name="site">The site.</param>
    internal long[] Sizes(SiteInfo site)
    {
        var sizes = new long[site.Plates.Count];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = Size(site.Plates[i]);
        return sizes;
    }

    /// <summary>The leading dimensions of a site's value: [K·B, M] for a local site, [M] for any other, [] outside every plate.</summary>
    /// <param name="site">The site.</param>
    public long[] ValuePlates(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var sizes = Sizes(site);
        if (site.IsLocal) sizes[0] *= Particles;
        return sizes;
    }

    /// <summary>The shape of a site's terms: [K, B, M] for a local site, [1, M] for any other.</summary>
    /// <param name="site">The site.</param>
    public long[] TermPlates(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return [ParticlesOf(site), .. Sizes(site)];
    }

    /// <summary>The axes of a site's terms: particles, then its plates, outermost first.</summary>
    internal IReadOnlyList<Axis> Axes(SiteInfo site, long particles) =>
        [new(AxisKind.Particle, "particle", particles, particles), .. site.Plates.Select(plate => plates[plate.Index])];

    /// <summary>The parameters that are given to no plate: with data those that have so many elements in their dimension 0.</summary>
    internal IReadOnlyList<string> WholeInputs(long size) =>
    [
        .. plan.Inputs.Where((input, i) => !input.IsPlated && (batch is null || (batch[i].dim() > 0 && batch[i].shape[0] == size)))
            .Select(input => input.Name),
    ];

    /// <summary>As many particles, with the sizes of plates by number that another pass of the same batch has told.</summary>
    internal Layout WithSizesOf(Layout other) => new(plan, Particles, other, batch, indices);

    /// <summary>What a site's terms are multiplied by, so that a mini-batch stands for the whole data: N/B for a local site, else 1.</summary>
    /// <param name="site">The site.</param>
    public double Scale(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return site.IsLocal ? Scale(site.Plates[0]) : 1;
    }

    /// <summary>N/B of a plate.</summary>
    internal double Scale(PlateInfo plate)
    {
        var axis = plates[plate.Index];
        return axis.Size == axis.Total ? 1 : (double)axis.Total / axis.Size;
    }

    /// <summary>Where a site stands, for messages: <c>in plate 'data' of 8 rows</c>.</summary>
    internal string Place(SiteInfo site) => site.Plates.Count == 0 ? "outside every plate" : $"in {Describe(site)}";

    /// <summary>A site's plates with their sizes: <c>plate 'data' of 8 rows and plate 'items' of size 5</c>.</summary>
    internal string Describe(SiteInfo site) => Conjunction(site.Plates.Select((plate, i) => $"plate '{plate.Name}' of {DescribeSize(site, i)}"));

    /// <summary>A plate's size: <c>8 rows (24 with 3 particles)</c>, <c>size 5</c>.</summary>
    internal string DescribeSize(SiteInfo site, int position)
    {
        var size = Size(site.Plates[position]);
        if (position > 0 || !site.IsLocal) return $"size {size}";
        return Particles == 1 ? $"{size} rows" : $"{size} rows ({size * Particles} with {Particles} particles)";
    }

    internal static string Conjunction(IEnumerable<string> parts)
    {
        string[] all = [.. parts];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>Particles and plates: <c>3 particles; data 128 of 60000, items 5</c>.</summary>
    public override string ToString() => string.Join("; ", new[]
    {
        Particles == 1 ? "1 particle" : $"{Particles} particles", string.Join(", ", plates.Select(plate => plate.ToString())),
    }.Where(part => part.Length > 0));

    private PplShapeException OtherThanData(PlateInfo plate, long known, long size)
    {
        var dimensions = plate.Sources.Select(s => $"dimension {s.Dimension} of {plan.Inputs[s.Input].Name}");
        return new($"plate '{plate.Name}' has the number {size}, and takes {Conjunction(dimensions)}, of size {known}: they must be the same.");
    }

    private Layout(ModelPlan plan, int particles, Layout sizes, Batch? batch, IndexCheck? indices)
    {
        (this.plan, Particles, this.batch, this.indices) = (plan, particles, batch, indices);
        (plates, Lengths) = ([.. sizes.plates], sizes.Lengths);
    }
}
