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
            "amortization",
            "Amortized against per-datum inference",
            "Cremer et al. 2018, arXiv:1801.03558; Kim et al. 2018, arXiv:1802.02550",
            AmortizationProgram.Run),
    ];
}
