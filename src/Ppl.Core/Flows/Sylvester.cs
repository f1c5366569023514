using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// y = x + Q R tanh(S Qᵀx + b), for Q of M orthonormal columns and upper triangular R and S with Rᵢᵢ Sᵢᵢ &gt; −1: M planar steps at once.
/// </summary>
/// <remarks>
/// Q is made of reflections, the diagonals of R and S lie in (−1, 1). log |det| = Σᵢ log(1 + Rᵢᵢ Sᵢᵢ (1 − tanhᵢ²)). The inverse goes from the last of
/// the M numbers Qᵀx to the first: each is a root, found to the precision of the numbers, with derivatives. Source: van den Berg et al. 2018,
/// arXiv:1803.05649 (Householder Sylvester flows). Parameters: <c>numbers.free</c> holds the vectors of the reflections, R, S and b.
/// </remarks>
public sealed class Sylvester : Flow
{
    // Below 1, so that products of diagonals stay above -1 where tanh rounds to 1.
    private const double LargestDiagonal = 0.999;

    private readonly ContextParameters numbers;
    private readonly int columns;
    private readonly int reflections;

    /// <summary>A flow with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="columns">M, the columns of Q: from 1 to D; D when null.</param>
    /// <param name="reflections">How many reflections Q is made of: at least 1; M when null.</param>
    /// <param name="context">C, the numbers of a context, on which everything depends linearly; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public Sylvester(long size, int? columns = null, int? reflections = null, long context = 0) : base(nameof(Sylvester), size, context)
    {
        this.columns = columns ?? checked((int)size);
        this.reflections = reflections ?? this.columns;
        if (this.columns < 1 || this.columns > size)
            throw new PplArgumentException($"Sylvester has {columns} columns; it needs from 1 to {size}.");
        if (this.reflections < 1)
            throw new PplArgumentException($"Sylvester has {reflections} reflections; it needs at least 1.");
        var square = this.columns * this.columns;
        numbers = new(cat([randn(this.reflections * size), randn(square) * 0.1, randn(square) * 0.5, randn(this.columns) * 0.1]), context);
        register_module("numbers", numbers);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (vectors, r, s, b) = Read(context);
        var inner = Down(x, vectors);
        var bent = (Times(s, inner) + b).tanh();
        return (x + Up(Times(r, bent), vectors), LogVolume(bent, r, s));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (vectors, r, s, b) = Read(context);
        var target = Down(y, vectors);
        var (inner, bent) = (new Tensor[columns], new Tensor[columns]);
        for (var i = columns - 1; i >= 0; i--)
        {
            var (own, shift) = (target.select(-1, i), b.select(-1, i));
            for (var j = i + 1; j < columns; j++)
            {
                own = own - (Entry(r, i, j) * bent[j]);
                shift = shift + (Entry(s, i, j) * inner[j]);
            }

            inner[i] = MonotoneRoot.OfTanh(own, Entry(r, i, i), Entry(s, i, i), shift);
            bent[i] = ((Entry(s, i, i) * inner[i]) + shift).tanh();
        }

        var all = stack(bent, -1);
        return (y - Up(Times(r, all), vectors), LogVolume(all, r, s));
    }

    private static Tensor Entry(Tensor matrix, int i, int j) => matrix.select(-2, i).select(-1, j);

    private static Tensor Times(Tensor matrix, Tensor vector) => matrix.matmul(vector.unsqueeze(-1)).squeeze(-1);

    private static Tensor LogVolume(Tensor bent, Tensor r, Tensor s) =>
        (r.diagonal(0, -2, -1) * s.diagonal(0, -2, -1) * (1 - bent.square())).log1p().sum(-1);

    /// <summary>Qᵀ x: [..., D] to [..., M].</summary>
    private Tensor Down(Tensor x, Tensor vectors) => Householder.Reflect(x, vectors, isReversed: false).narrow(-1, 0, columns);

    /// <summary>Q a: [..., M] to [..., D].</summary>
    private Tensor Up(Tensor a, Tensor vectors)
    {
        var padded = columns == Size ? a : cat([a, a.new_zeros([.. a.shape[..^1], Size - columns])], -1);
        return Householder.Reflect(padded, vectors, isReversed: true);
    }

    private (Tensor Vectors, Tensor R, Tensor S, Tensor B) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        var (from, square, batch) = (reflections * Size, (long)columns * columns, all.shape[..^1]);
        var vectors = all.narrow(-1, 0, from).reshape([.. batch, reflections, Size]);
        return (vectors, Triangle(all.narrow(-1, from, square)), Triangle(all.narrow(-1, from + square, square)),
            all.narrow(-1, from + (2 * square), columns));

        Tensor Triangle(Tensor entries)
        {
            var matrix = entries.reshape([.. batch, columns, columns]);
            return matrix.triu(1) + (matrix.diagonal(0, -2, -1).tanh() * LargestDiagonal).diag_embed();
        }
    }
}
