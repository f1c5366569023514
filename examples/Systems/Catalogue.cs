namespace Ppl.Examples.Systems;

/// <summary>The programs, in the order of the page of results.</summary>
public static class Catalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SystemProgram> All { get; } =
    [
        new("ppca", "Probabilistic PCA three ways", "Tipping and Bishop 1999", PpcaProgram.Run),
        new(
            "autoencoders",
            "An autoencoder beside the VAE",
            "Baldi and Hornik 1989; Kingma and Welling 2014, arXiv:1312.6114",
            AutoencoderProgram.Run),
        new("decoders", "VAEs with Gaussian and Bernoulli decoders", "Kingma and Welling 2014, arXiv:1312.6114", DecoderProgram.Run),
        new(
            "posteriors",
            "Posterior families on MNIST",
            "Rezende and Mohamed 2015, arXiv:1505.05770; Kingma et al. 2016, arXiv:1606.04934",
            PosteriorProgram.Run),
        new(
            "iwae",
            "Importance weighted autoencoders",
            "Burda et al. 2016, arXiv:1509.00519; Wu et al. 2017, arXiv:1611.04273",
            IwaeProgram.Run)
        {
            Full = "the paper's budget: 3280 passes over all images, 5000 samples for the NLL of all test images. Days",
        },
        new(
            "ladders",
            "Deep VAEs: bottom-up inference and ladders",
            "Sønderby et al. 2016, arXiv:1602.02282",
            LadderProgram.Run),
        new(
            "conditional",
            "Conditional VAEs: labels, completions, futures",
            "Sohn et al. 2015; Walker et al. 2016, arXiv:1606.07873",
            ConditionalProgram.Run),
        new(
            "disentanglement",
            "Disentanglement of sprites",
            "Higgins et al. 2017; Kim and Mnih 2018, arXiv:1802.05983; Chen et al. 2018, arXiv:1802.04942",
            DisentanglementProgram.Run),
        new(
            "vq-vae",
            "A VQ-VAE, and a prior over its codes",
            "van den Oord et al. 2017, arXiv:1711.00937; van den Oord et al. 2016, arXiv:1606.05328",
            VqProgram.Run),
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
        new("sentences", "A VAE of sentences", "Bowman et al. 2016, arXiv:1511.06349", SentenceProgram.Run),
        new("anomalies", "Anomaly detection: nine digits against the tenth", "An and Cho 2015", AnomalyProgram.Run),
        new("reservoir", "Anomalies in a time series: a VAE of the states of a reservoir", "Jaeger 2001; An and Cho 2015", ReservoirProgram.Run),
        new("imputation", "Missing data: MIWAE", "Mattei and Frellsen 2019, arXiv:1812.02633", ImputationProgram.Run),
        new(
            "amortization",
            "Amortized against per-datum inference",
            "Cremer et al. 2018, arXiv:1801.03558; Kim et al. 2018, arXiv:1802.02550",
            AmortizationProgram.Run),
        new(
            "optimizers",
            "The optimizers on one model",
            "Robbins and Monro 1951; Duchi et al. 2011; Tieleman and Hinton 2012; Kingma and Ba 2015, arXiv:1412.6980",
            OptimizerProgram.Run),
    ];
}
