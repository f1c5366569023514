using Ppl.Examples.Iwae;

namespace Ppl.Examples.Systems;

/// <summary>The programs, in the order of the page of results.</summary>
public static class Catalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SystemProgram> All { get; } =
    [
        new("ppca", "Probabilistic PCA three ways", "Tipping and Bishop 1999", PpcaProgram.Run)
        {
            Models = [typeof(ProbabilisticPca)],
        },
        new(
            "autoencoders",
            "An autoencoder beside the VAE",
            "Baldi and Hornik 1989; Kingma and Welling 2014, arXiv:1312.6114",
            AutoencoderProgram.Run)
        {
            Models = [typeof(Autoencoder), typeof(ImageVae)],
            Full = "500 units in each hidden layer, batches of 100 and 10^8 images, as Kingma and Welling; Adam and rectifiers stay. "
                + "About five hours on a core",
        },
        new("decoders", "VAEs with Gaussian and Bernoulli decoders", "Kingma and Welling 2014, arXiv:1312.6114", DecoderProgram.Run)
        {
            Models = [typeof(GaussianVae), typeof(FixedVarianceVae)],
            Full = "500 units on MNIST, batches of 100 and 10^8 images, as Kingma and Welling; Adam and rectifiers stay. About four hours "
                + "on a core",
        },
        new(
            "posteriors",
            "Posterior families on MNIST",
            "Rezende and Mohamed 2015, arXiv:1505.05770; Kingma et al. 2016, arXiv:1606.04934",
            PosteriorProgram.Run)
        {
            Models = [typeof(ImageVae)],
            Full = "Rezende and Mohamed's: binarized MNIST, 40 latents, 400 maxout units, 80 planar maps, 500,000 updates by RMSProp, "
                + "warm-up, all test images; all six families take about a day on a core",
        },
        new(
            "iwae",
            "Importance weighted autoencoders",
            "Burda et al. 2016, arXiv:1509.00519; Wu et al. 2017, arXiv:1611.04273",
            IwaeProgram.Run)
        {
            PageOptions = "--epochs 64",
            Models = [typeof(OneLayer), typeof(TwoLayers)],
            Full = "The paper's budget: 3280 passes over all images, 5000 samples for the NLL of all test images. About two weeks on a core",
        },
        new(
            "ladders",
            "Deep VAEs: bottom-up inference and ladders",
            "Sønderby et al. 2016, arXiv:1602.02282",
            LadderProgram.Run)
        {
            Models = [typeof(StochasticLayers), typeof(LadderVae)],
            Full = "The paper's: 512-256-128-64-32 hidden units, two hidden layers in each network, 2000 epochs, warm-up over 200, 5000 "
                + "samples for the NLL of all test images; a constant rate, "
                + "standard deviations of at least 0.1. About four days on a core for all fourteen models",
        },
        new(
            "conditional",
            "Conditional VAEs: labels, completions, futures",
            "Sohn et al. 2015; Walker et al. 2016, arXiv:1606.07873",
            ConditionalProgram.Run)
        {
            Models = [typeof(LabelledVae), typeof(LabelledPriorVae), typeof(Completion), typeof(FuturePaths)],
            Full = "Completion with 500 units, 200 latents and 50 epochs of all images, as the tutorial of the references; digits by "
                + "label with 50 latents and 500 units. About two hours on a core",
        },
        new(
            "disentanglement",
            "Disentanglement of sprites",
            "Higgins et al. 2017; Kim and Mnih 2018, arXiv:1802.05983; Chen et al. 2018, arXiv:1802.04942",
            DisentanglementProgram.Run)
        {
            PageOptions = "--epochs 16",
            Models = [typeof(SpriteVae)],
            Full = "Kim and Mnih's networks: 64 x 64 pixels, four convolutions, 300,000 steps of 64 images, Adam 1e-4, FactorVAE's "
                + "discriminator of six layers of 1000; dSprites' 46,080 images that are there in the place of all 737,280. About a week on a "
                + "core",
        },
        new(
            "vq-vae",
            "A VQ-VAE, and a prior over its codes",
            "van den Oord et al. 2017, arXiv:1711.00937; van den Oord et al. 2016, arXiv:1606.05328",
            VqProgram.Run)
        {
            Models = [typeof(VqVae), typeof(CodePrior)],
            Full = "The paper's networks on MNIST: 512 vectors of 64 numbers, 256 channels, two residual blocks, 250,000 steps of 128 "
                + "images, Adam 2e-4; the prior keeps its size. About three weeks on a core",
        },
        new(
            "gan",
            "GAN and WGAN-GP beside the VAE",
            "Goodfellow et al. 2014, arXiv:1406.2661; Gulrajani et al. 2017, arXiv:1704.00028",
            GanProgram.Run)
        {
            Models = [typeof(Generator)],
            Full = "The code of Gulrajani et al.: convolutions with 64 to 256 channels, batches of 50, 200,000 steps of each generator, "
                + "five steps of the critic; on the ring 512 units and 100,000 steps. About five days on a core",
        },
        new(
            "adversarial-autoencoder",
            "Adversarial autoencoders: codes brought to a prior",
            "Makhzani et al. 2015, arXiv:1511.05644; Tolstikhin et al. 2018, arXiv:1711.01558",
            AdversarialProgram.Run)
        {
            PageOptions = "--epochs 30 --seeds 3",
            Models = [typeof(MixtureAutoencoder)],
            Full = "Two hidden layers of 1000 units in each network, as the paper, batches of 100 and 1000 epochs; Adam stays. About a "
                + "day on a core",
        },
        new("sentences", "A VAE of sentences", "Bowman et al. 2016, arXiv:1511.06349", SentenceProgram.Run)
        {
            Models = [typeof(SentenceVae)],
            DataFile = "a text, whose sentences of 2 to 15 words are learnt; without one a grammar writes them",
            Full = "The size of the paper's Penn Treebank experiment: 42,068 sentences, 191 units, 13 latents, 50 epochs; the text is the "
                + "grammar's, or a file's. About two hours on a core",
        },
        new("anomalies", "Anomaly detection: nine digits against the tenth", "An and Cho 2015", AnomalyProgram.Run)
        {
            Models = [typeof(ImageVae)],
            Full = "200 latents, as An and Cho, 50 epochs, all test images. About an hour on a core",
        },
        new("reservoir", "Anomalies in a time series: a VAE of the states of a reservoir", "Jaeger 2001; An and Cho 2015", ReservoirProgram.Run)
        {
            Models = [typeof(StateVae)],
        },
        new("imputation", "Missing data: MIWAE", "Mattei and Frellsen 2019, arXiv:1812.02633", ImputationProgram.Run)
        {
            Models = [typeof(IncompleteTable), typeof(IncompleteImages)],
            Full = "The paper's sizes: batches of 64, 2000 epochs and 10,000 samples on the table; on images 50 latents, two hidden "
                + "layers of 200, 50 particles, 500 epochs of all images. About half a day on a core",
        },
        new(
            "amortization",
            "Amortized against per-datum inference",
            "Cremer et al. 2018, arXiv:1801.03558; Kim et al. 2018, arXiv:1802.02550",
            AmortizationProgram.Run)
        {
            Models = [typeof(ImageVae)],
            Full = "50 latents, two hidden layers of 200, 3280 passes over all images, 5000 importance samples, 100 chains of 500 "
                + "temperatures, as Cremer et al. About half a day on a core",
        },
        new(
            "optimizers",
            "The optimizers on one model",
            "Robbins and Monro 1951; Duchi et al. 2011; Tieleman and Hinton 2012; Kingma and Ba 2015, arXiv:1412.6980",
            OptimizerProgram.Run)
        {
            Models = [typeof(ImageVae)],
        },
    ];
}
