using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using Ppl.Inference.Checkpoints;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What users read when something is wrong, letter by letter.</summary>
public sealed class MessageTests
{
    [Fact]
    public void Data_of_the_wrong_shape() => Refused<PplShapeException>(
        zeros(20, 5),
        "x: the observed value has shape (8, 5) and Bernoulli has shape (8, 6): in plate 'data' of 8 rows the event of the value is (5), "
        + "that of the distribution (6). Make the two events the same.");

    [Fact]
    public void Data_that_would_broadcast() => Refused<PplShapeException>(
        zeros(20, 6, 1),
        "x: the observed value has shape (8, 6, 1) and Bernoulli has shape (8, 6): in plate 'data' of 8 rows the event of the value is (6, 1), "
        + "that of the distribution (6). Drop the value's last dimension with squeeze(-1), or give the parameters one with unsqueeze(-1).");

    [Fact]
    public void Grey_pixels_under_a_bernoulli()
    {
        var grey = zeros(20, 6);
        grey[17, 2] = 0.25f;
        Refused<PplSupportException>(
            grey,
            "x: data 'pictures', column 'x': Bernoulli needs 0 or 1; found 0.25 at [17, 2]; binarize the data, or choose a family for real values, such as Normal");
    }

    [Fact]
    public void Nan_in_the_data()
    {
        var values = zeros(20, 6);
        values[3, 4] = float.NaN;
        Refused<NonFiniteException>(values, "x: data 'pictures', column 'x': a finite value is needed; found NaN at [3, 4]");
    }

    [Fact]
    public void Too_many_columns()
    {
        using var scope = NewDisposeScope();
        using var data = Dataset.From("pictures", ("x", zeros(20, 6)), ("digit", zeros(20)));
        Refused<PplArgumentException>(data, "Vae.Generate(x) takes one column for each of its 1 parameters; 'pictures' has 2: x (6), digit ().");
    }

    [Fact]
    public void No_rows() => Refused<PplArgumentException>(zeros(0, 6), "'pictures' has no rows.");

    [Fact]
    public void Rows_that_disagree()
    {
        using var pass = Pass.Prepare(TwoSites.Entry);
        var fault = Assert.Throws<PplShapeException>(() => pass.Guide.Batch(zeros(4, 6), zeros(3)));
        Assert.Equal("y: 3 rows (shape (3)), but x has 4 (shape (4, 6)); all tensors of a plate have the same rows.", fault.Message);
    }

    [Fact]
    public void A_guide_of_another_model()
    {
        using var model = new Vae();
        using var other = new Vae();
        using var guide = other.CreateGuide();
        var fault = Assert.Throws<ArgumentException>(() => new Svi(model, guide, Objective.Elbo()));
        Assert.Equal("the guide was made for another Vae: use model.CreateGuide() (Parameter 'guide')", fault.Message);
    }

    [Fact]
    public void A_guide_that_was_never_sized()
    {
        using var model = new Vae();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplArgumentException>(() => guide.Posterior(zeros(2, 6)));
        Assert.Equal("The guide of Vae has no encoders yet: call Prepare with a first batch.", fault.Message);
    }

    [Fact]
    public void A_network_for_a_latent_without_anything_to_see()
    {
        using var model = new Unused();
        var fault = Assert.Throws<PplArgumentException>(() => model.CreateGuide(spare: TorchSharp.torch.nn.Linear(4, 3)));
        Assert.Equal(
            "spare: the guide has nothing to see for this latent, since nothing in the model connects it with data: its parameters are free, and "
            + "a network has no input. Leave the network out.",
            fault.Message);
    }

    [Fact]
    public void A_model_called_by_itself()
    {
        using var model = new Vae();
        var fault = Assert.Throws<PplArgumentException>(() => ((Contracts.IGeneratedModel)model).Invoke([zeros(2, 6)]));
        Assert.Equal(
            "Plate was called outside any run. A [Model] method is read by the compiler and is not called by itself: use CreateGuide and Svi to train, "
            + "Simulate to draw from the prior, or Ppl.Interpretation.Interpreter to run the method step by step.",
            fault.Message);
    }

    [Fact]
    public void A_truncated_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("images-idx3-ubyte");
        IdxFile.Write(path, new IdxArray(new byte[3 * 4 * 4], 3, 4, 4));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        var fault = Assert.Throws<DataFileException>(() => IdxFile.Read(path));
        Assert.Equal($"{path}: truncated: header says 3 x 4 x 4 = 48 bytes, the file ends after 43", fault.Message);
    }

    [Fact]
    public void A_missing_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("images-idx3-ubyte");
        Assert.Equal($"{path}: not found", Assert.Throws<DataFileException>(() => IdxFile.Read(path)).Message);
    }

    [Fact]
    public void A_missing_data_folder()
    {
        using var folder = new TemporaryFolder();
        var missing = folder.File("nowhere");
        Assert.Equal($"{missing}: the data folder does not exist", Assert.Throws<DataFileException>(() => Mnist.Train(missing)).Message);
    }

    [Fact]
    public void A_data_folder_without_the_set()
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<DataFileException>(() => Mnist.Train(folder.Path));
        Assert.Equal(
            $"mnist/train-images-idx3-ubyte.gz: MNIST train not found; looked in {folder.Path}. "
            + "Name the folder that has it, or ask for the download where there is internet.",
            fault.Message);
    }

    [Fact]
    public void A_picture_that_cannot_be_written()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "in the way");
        var path = Path.Combine(file, "samples.png");
        var fault = Assert.Throws<PictureException>(() => new PictureGrid(2, 2).AddRow(null, new float[4]).Save(path));
        Assert.Equal($"{path}: the picture cannot be written: The file '{file}' already exists.", fault.Message);
    }

    [Fact]
    public void A_checkpoint_in_a_missing_folder()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.File("missing"), "vae.ckpt");
        Unwritable<DirectoryNotFoundException>(path, $"checkpoint {path}: folder '{folder.File("missing")}' does not exist");
    }

    [Fact]
    public void A_checkpoint_where_a_folder_is()
    {
        using var folder = new TemporaryFolder();
        Unwritable<IOException>(folder.Path, $"checkpoint {folder.Path}: the path is a folder");
    }

    [Fact]
    public void A_checkpoint_that_is_missing()
    {
        using var folder = new TemporaryFolder();
        using var model = new Vae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo());
        var path = folder.File("vae.ckpt");
        Assert.Equal($"checkpoint {path}: the file does not exist; nothing was changed", Assert.Throws<CheckpointException>(() => svi.Restore(path)).Message);
    }

    [Fact]
    public void A_combination_that_means_nothing()
    {
        var fault = Assert.Throws<ArgumentException>(() => Objective.Elbo(gradient: GradientForm.DoublyReparameterized));
        Assert.Equal(
            "the doubly reparameterized gradient squares the normalized weights of an importance weighted bound; the ELBO has none. "
            + "Use StickingTheLanding, which is what it becomes for one particle, or Objective.Iwae. (Parameter 'gradient')",
            fault.Message);
    }

    private static void Refused<TException>(Tensor values, string message) where TException : Exception
    {
        using var owned = values;
        using var data = Dataset.From("pictures", ("x", values));
        Refused<TException>(data, message);
    }

    private static void Refused<TException>(Dataset data, string message) where TException : Exception
    {
        using var model = new Vae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Equal(message, Assert.Throws<TException>(() => svi.Fit(data, epochs: 1, batchSize: 10)).Message);
        Assert.Equal(0, svi.Steps);
    }

    private static void Unwritable<TException>(string path, string message) where TException : Exception
    {
        using var values = zeros(20, 6);
        using var data = Dataset.From("pictures", ("x", values));
        using var model = new Vae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<TException>(() => svi.Fit(data, epochs: 1, batchSize: 10, options: new FitOptions { Checkpoint = path }));
        Assert.Equal(message, fault.Message);
        Assert.Equal(0, svi.Steps);
    }
}
