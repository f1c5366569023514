using System.CommandLine;
using Ppl.Data;
using Ppl.Examples;
using Ppl.Examples.Vae;

var data = new Option<string?>("--data") { Description = ExampleData.Description, HelpName = "folder" };
var set = new Option<string?>("--set")
{
    Description = $"{string.Join(", ", KnownDataset.All.Select(known => known.Name))} [default: mnist where its files are, else drawn-digits]",
    HelpName = "name",
};
var download = new Option<bool>("--download") { Description = "fetch the set's files into the folder first, checked by SHA-256" };
var objective = new Option<Bound>("--objective") { Description = "elbo, iwae, or both: the ELBO and then, on the same networks, IWAE" }.OnlyNames();
var particles = Number("--particles", 50, "particles of the IWAE bound");
var latents = Number("--latents", 20, "dimensions of z");
var hidden = Number("--hidden", 400, "units of each hidden layer");
var epochs = Number("--epochs", 10, "epochs under the first objective");
var iwaeEpochs = Number("--iwae-epochs", 1, "epochs under IWAE after the ELBO (each costs far more: every image is decoded once a particle)");
var manifoldEpochs = Number("--manifold-epochs", 10, "epochs of the model with 2 latents for the manifold picture; 0 leaves it out");
var batch = Number("--batch-size", 128, "images a step");
var seed = Number("--seed", 0, "seed of weights, batches and noise");
var nllSamples = Number("--nll-samples", 5000, "importance samples an image for the NLL");
var nllImages = Number("--nll-images", 500, "test images for the NLL; 0 takes all");
var output =
    new Option<string>("--out") { Description = "folder for pictures, table and checkpoint", DefaultValueFactory = _ => Path.Combine("out", "vae") };
var smoke = new Option<bool>("--smoke") { Description = "a run of a few seconds that shows that everything works" };

var command = new RootCommand("Trains a variational autoencoder under the ELBO, then under the IWAE bound; writes numbers and pictures.")
{
    data, set, download, objective, particles, latents, hidden, epochs, iwaeEpochs, manifoldEpochs, batch, seed, nllSamples, nllImages, output, smoke,
};

command.SetAction((parsed, cancellation) => Task.FromResult(Run(
    new Options
    {
        DataFolder = ExampleData.Folder(parsed.GetValue(data)),
        Set = parsed.GetValue(set),
        Download = parsed.GetValue(download),
        Objective = parsed.GetValue(objective),
        Particles = parsed.GetValue(particles),
        Latents = parsed.GetValue(latents),
        Hidden = parsed.GetValue(hidden),
        Epochs = parsed.GetValue(epochs),
        IwaeEpochs = parsed.GetValue(iwaeEpochs),
        ManifoldEpochs = parsed.GetValue(manifoldEpochs),
        BatchSize = parsed.GetValue(batch),
        Seed = parsed.GetValue(seed),
        NllSamples = parsed.GetValue(nllSamples),
        NllImages = parsed.GetValue(nllImages),
        Out = parsed.GetValue(output)!,
        Smoke = parsed.GetValue(smoke),
    }.Shortened(),
    cancellation)));

return await command.Parse(args).InvokeAsync();

static Option<int> Number(string name, int standard, string description)
{
    var least = name is "--seed" or "--nll-images" or "--manifold-epochs" ? 0 : 1;
    return new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "n" }.Within(least);
}

static int Run(Options options, CancellationToken cancellation) => CommandLine.Guard(() =>
{
    new Experiment(options).Run(cancellation);
    return 0;
});
