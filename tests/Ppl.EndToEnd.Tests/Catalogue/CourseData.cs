using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Observed series that are one event each, and values of pictures: z -> w, r, k, h, d, m. Steps of k are missing.</summary>
public sealed partial class CourseData : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "CourseData", () => new CourseData(), Data, ["z <- w, r, k, seen, h, d, m"], ["z"]);

    private readonly TorchSharp.Modules.Parameter pair = Parameter(eye(2));
    private readonly TorchSharp.Modules.Parameter even = Parameter(ones(3) / 3);
    private readonly Module<Tensor, Tensor> numbers = Linear(3, 4);
    private readonly Module<Tensor, Tensor> vectors = Linear(3, 3);

    public CourseData() => RegisterComponents();

    private static Tensor[] Data(long n, ScalarType t) =>
    [
        Real(t, n, 4), Real(t, n, 5), Real(t, n, 4, 2), Binary(t, n, 4), Real(t, n, 5), (Real(t, n, 2) * 2).round().clamp(-4, 4),
        (Real(t, n, 2) * 2).round().clamp(-4, 4),
    ];

    [Model]
    private void Generate(Tensor w, Tensor r, Tensor k, Tensor seen, Tensor h, Tensor d, Tensor m)
    {
        using var data = Plate(w, r, k, seen, h, d, m);
        var z = Sample(Normal(zeros(3), 1));
        var place = numbers.call(z);
        var scale = place.exp();
        Observe(w, GaussianRandomWalk(scale.select(-1, 0), 4, place.select(-1, 1)));
        Observe(r, AutoRegressive(vectors.call(z) * 0.3, scale.select(-1, 1), 5));
        Observe(k, LinearGaussianStateSpace(4, place.narrow(-1, 0, 2), pair.tril(), 0.9 * pair.tril(), pair.tril(), pair + 0.5, pair.tril(), seen));
        var moves = vectors.call(z).softmax(-1).unsqueeze(-2).expand(-1, 3, 3);
        Observe(h, HiddenMarkov(5, even, moves, Normal(vectors.call(z), 1)));
        Observe(d, DiscretizedLogistic(place.narrow(-1, 0, 2), scale.narrow(-1, 2, 2), -4, 4));
        var loc = stack([place.narrow(-1, 0, 2), place.narrow(-1, 2, 2)], -1);
        Observe(m, DiscretizedLogisticMixture(loc, loc * 2, 2 * pair.diagonal(), -4, 4));
    }
}
