using System.Globalization;
using MyModel;
using Ppl.Inference;
using Ppl.Reporting;
using TorchSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
torch.manual_seed(0);                                      // initial weights; everything after follows the seed of SviSettings

var training = RingData.Draw(2000, seed: 1);
var test = RingData.Draw(500, seed: 2);

var model = new Ring();
var guide = model.CreateGuide();                           // q(z | x): an encoder network, sized by the first batch
using var svi = new Svi(
    model, guide, Objective.Iwae(particles: 10),
    parameters => torch.optim.Adam(parameters, lr: 3e-3),
    new SviSettings { Reporter = new ConsoleReporter() });
svi.Fit(training, epochs: 30, batchSize: 100);

var nll = Evaluate.NegativeLogLikelihood(model, guide, test, samples: 500);
Console.WriteLine($"NLL of the test points: {nll.Mean:F3} nats a point (standard error {nll.StandardError:F3})");

using var scope = torch.NewDisposeScope();
var points = model.Simulate(5).x.Value;                    // typed: the model observes x
Console.WriteLine("five points from the model:");
for (var row = 0; row < 5; row++) Console.WriteLine($"  ({points[row, 0].item<float>():F2}, {points[row, 1].item<float>():F2})");
