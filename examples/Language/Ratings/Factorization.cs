using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>
/// Probabilistic matrix factorization (Salakhutdinov and Mnih 2008) over a list of ratings: users and items are crossed by index, and the noise
/// is unknown.
/// </summary>
/// <param name="users">The number of users.</param>
/// <param name="items">The number of items.</param>
/// <param name="rank">The length of the vectors of tastes and of qualities.</param>
public sealed partial class Factorization(long users, long items, long rank) : GenerativeModel
{
    [Model]
    private void Generate(Tensor rating, Tensor who, Tensor what)
    {
        var noise = Sample(HalfNormal(1));
        var user = Plate(size: users);
        var item = Plate(size: items);
        var taste = Sample(Normal(0, 1).Expand(rank), within: user);
        var quality = Sample(Normal(0, 1).Expand(rank), within: item);
        using var ratings = Plate(rating, who, what);
        Observe(rating, Normal((taste[who] * quality[what]).sum(-1), noise));
    }
}
