using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// Missing data of other supports: rain is 0 or 1, a share a vector that sums to 1; the mask is the same for all stations, or of whole numbers.
/// </summary>
public sealed partial class Weather : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Weather", () => new Weather(), Data, ["front <- rain, share, known, measured"], ["front"]);

    private readonly Module<Tensor, Tensor> net = Sequential(Linear(2, 3), Softplus());

    public Weather() => RegisterComponents();

    [Model]
    private void Generate(Tensor rain, Tensor share, Tensor known, Tensor measured)
    {
        var day = Plate(rain, share, known, measured);
        var station = Plate(rain);
        var front = Sample(Normal(0, 1).Expand(2), within: day);
        var features = net.call(front);
        Observe(rain, Bernoulli(logits: features - 1), (day, station), known.unsqueeze(1));
        Observe(share, Dirichlet(features + 0.5), within: day, where: measured);
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var known = Binary(type, rows).to(ScalarType.Bool);
        var rain = Binary(type, rows, 3);
        var measured = arange(rows).remainder(2);
        var share = Real(type, rows, 3).softmax(1);
        return
        [
            where(known.unsqueeze(1), rain, full_like(rain, double.NaN)),
            where(measured.eq(1).unsqueeze(1), share, full_like(share, double.NaN)), known, measured,
        ];
    }
}
