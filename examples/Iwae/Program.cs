using System.CommandLine;
using Ppl.Examples;
using Ppl.Examples.Iwae;

var data = new Option<string?>("--data") { Description = ExampleData.Description, HelpName = "folder" };
var epochs = new Option<int>("--epochs")
{
    Description = "passes over the data; the paper's learning rate stages keep their shares",
    DefaultValueFactory = _ => 64,
    HelpName = "n",
}.Within(1);
var full = new Option<bool>("--full") { Description = $"the paper's own budget, {Schedule.FullEpochs} passes: days" };
var layers = new Option<int[]>("--layers")
{
    Description = "1, 2 or both",
    DefaultValueFactory = _ => [1, 2],
    HelpName = "n",
    AllowMultipleArgumentsPerToken = true,
}.Within(1, 2);
var particles = new Option<int[]>("--particles")
{
    Description = "particles k of the bound",
    DefaultValueFactory = _ => [1, 5, 50],
    HelpName = "k",
    AllowMultipleArgumentsPerToken = true,
}.Within(1);
var objective = new Option<Bound>("--objective") { Description = "iwae, or vae: the ELBO with k particles" }.OnlyNames();
var gradient = new Option<Gradient>("--gradient")
{
    Description = "the guide's gradient under iwae: plain, or dreg (doubly reparameterized)",
}.OnlyNames();
var images = new Option<int>("--nll-images")
{
    Description = "test images for the NLL; 0 takes all",
    DefaultValueFactory = _ => 1000,
    HelpName = "n",
}.Within(0);
var samples = new Option<int>("--nll-samples")
{
    Description = "importance samples an image",
    DefaultValueFactory = _ => 5000,
    HelpName = "n",
}.Within(1);
var seed = new Option<int>("--seed") { Description = "seed of weights, batches and noise", HelpName = "n" };
var limit = new Option<int>("--train-images") { Description = "train on the first n images only; 0 takes all", HelpName = "n" }.Within(0);
var csv = new Option<string?>("--csv") { Description = "append each row to this file", HelpName = "file" };

var command = new RootCommand("The models of Burda, Grosse and Salakhutdinov, Importance weighted autoencoders (2016), on MNIST.")
{
    data, epochs, full, layers, particles, objective, gradient, images, samples, seed, limit, csv,
};
command.Validators.Add(result =>
{
    if (result.GetValue(objective) == Bound.Vae && result.GetValue(gradient) == Gradient.Dreg)
        result.AddError("--gradient dreg weighs particles by importance, which the ELBO of --objective vae does not");
});
command.SetAction((parsed, cancellation) => Task.FromResult(CommandLine.Guard(() =>
{
    var burda = new Burda(
        ExampleData.Folder(parsed.GetValue(data)),
        parsed.GetValue(full) ? Schedule.FullEpochs : parsed.GetValue(epochs),
        parsed.GetValue(objective),
        parsed.GetValue(gradient),
        parsed.GetValue(images),
        parsed.GetValue(samples),
        parsed.GetValue(seed),
        parsed.GetValue(limit),
        new Results(parsed.GetValue(csv)));
    foreach (var depth in parsed.GetValue(layers)!)
    {
        foreach (var k in parsed.GetValue(particles)!)
            if (!burda.Run(depth, k, cancellation)) return 130;
    }

    return 0;
})));
return await command.Parse(args).InvokeAsync();
