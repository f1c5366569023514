namespace Ppl.Examples.Systems;

/// <summary>The programs, in the order of the page of results.</summary>
public static class Catalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SystemProgram> All { get; } =
    [
        new("ppca", "Probabilistic PCA three ways", "Tipping and Bishop 1999", PpcaProgram.Run),
        new(
            "optimizers",
            "The optimizers on one model",
            "Robbins and Monro 1951; Duchi et al. 2011; Tieleman and Hinton 2012; Kingma and Ba 2015, arXiv:1412.6980",
            OptimizerProgram.Run),
        new(
            "autoencoders",
            "An autoencoder beside the VAE",
            "Baldi and Hornik 1989; Kingma and Welling 2014, arXiv:1312.6114",
            AutoencoderProgram.Run),
        new("decoders", "VAEs with Gaussian and Bernoulli decoders", "Kingma and Welling 2014, arXiv:1312.6114", DecoderProgram.Run),
        new("anomalies", "Anomaly detection: nine digits against the tenth", "An and Cho 2015", AnomalyProgram.Run),
        new(
            "posteriors",
            "Posterior families on MNIST",
            "Rezende and Mohamed 2015, arXiv:1505.05770; Kingma et al. 2016, arXiv:1606.04934; van den Berg et al. 2018, arXiv:1803.05649",
            PosteriorProgram.Run),
        new(
            "gan",
            "GAN and WGAN-GP beside the VAE",
            "Goodfellow et al. 2014, arXiv:1406.2661; Gulrajani et al. 2017, arXiv:1704.00028",
            GanProgram.Run),
        new(
            "adversarial-autoencoder",
            "Adversarial autoencoders: codes brought to a prior",
            "Makhzani et al. 2015, arXiv:1511.05644; Tolstikhin et al. 2018, arXiv:1711.01558",
            AdversarialProgram.Run),
    ];
}
