using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>
/// Probabilistic PCA (Tipping and Bishop 1999) in double precision, with the code that the generator writes written by hand: a test of the
/// contract, and the model whose evidence and posterior are known.
/// </summary>
internal sealed class LinearGaussian : GenerativeModel, IGeneratedModel
{
    private readonly long latents;
    private readonly Linear decoder;
    private readonly Parameter logNoise;

    public LinearGaussian(long latents, long observed)
    {
        this.latents = latents;
        decoder = nn.Linear(latents, observed, dtype: ScalarType.Float64);
        logNoise = new Parameter(zeros([], dtype: ScalarType.Float64));
        RegisterComponents();
    }

    private void Generate(Tensor x)
    {
        using var data = Plate(x);
#line 1
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Normal(decoder.call(z), logNoise.exp()));
#line default
    }

    public Linear Decoder => decoder;

    public Parameter LogNoise => logNoise;

    public ModelPlan Plan => Sites.Plan;

    Ppl.Guide IGeneratedModel.CreateGuide() => CreateGuide();

    public Guide CreateGuide() => new(this);

    public JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates)
    {
        var pass = new Simulation(this, Plan, sizes);
        var z = pass.Latent(Sites.z, Normal(0, 1).Expand(latents));
        return new JointDraw([z], [pass.Observed(Sites.x, Normal(decoder.call(z), logNoise.exp()))]);
    }

    public JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> values, IReadOnlyList<Tensor> covariates)
    {
        var pass = new Simulation(this, Plan, sizes);
        return new JointDraw(values, [pass.Observed(Sites.x, Normal(decoder.call(values[0]), logNoise.exp()))]);
    }

    public Tensor LogJoint(IReadOnlyList<Tensor> values, Batch batch)
    {
        var terms = new SiteTerms(new Layout(batch, 1), TermForm.Sampled);
        terms.Given(Sites.z, Normal(0, 1).Expand(latents), values[0]);
        terms.Observed(Sites.x, Normal(decoder.call(values[0]), logNoise.exp()), batch[0]);
        return terms.LogJoint();
    }

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    private Draws Infer(Guide guide, Batch batch, Layout layout, IReadOnlyList<Tensor?>? given)
    {
        var q_z = guide.z.Encode(batch[0]);
        var z = given?[0] ?? layout.Rows(Sites.Data).Draw(q_z);
        return new Draws(guide, batch, layout, [z], [q_z]);
    }

    private SiteTerms Terms(Draws draws, TermForm form)
    {
        var terms = new SiteTerms(draws, form);
        var (z, x) = (draws.Latents[0], draws.Batch[0]);
        var q_z = (Normal)draws.Distributions[0];

        var p_z = Normal(0, 1).Expand(latents);
        terms.Latent(Sites.z, q_z, p_z, z);

        var p_x = Normal(decoder.call(z), logNoise.exp());
        terms.Observed(Sites.x, p_x, x);
        return terms;
    }

    public sealed class Guide : Ppl.Guide
    {
        private readonly LinearGaussian model;

        public Guide(LinearGaussian model)
            : base(model)
        {
            this.model = model;
            z = Register("z", new Encoder(Posterior.Default(hidden: [])));
        }

        public Encoder z { get; }

        public override IReadOnlyList<GuideStep> Steps { get; } = [new("z", ["x"])];

        protected override Draws DrawOnce(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given) => model.Infer(this, batch, layout, given);

        protected override SiteTerms TermsOnce(Draws draws, TermForm form) => model.Terms(draws, form);

        protected override void PrepareEncoders(Batch batch)
        {
            var prior = model.Simulate([batch.Count], []);
            z.Prepare([batch[0]], prior.Latents[0].shape[1..]);
        }
    }

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)] };

        public static readonly SiteInfo z = new()
        {
            Name = "z",
            Kind = SiteKind.Latent,
            Family = "Normal",
            Plates = [Data],
            Depends = [false],
            Kl = KlChoice.ClosedForm,
            GuideParents = ["x"],
            Line = 1,
            DistributionText = "Normal(0, 1).Expand(latents)",
        };

        public static readonly SiteInfo x = new()
        {
            Name = "x",
            Kind = SiteKind.Observed,
            Family = "Normal",
            Plates = [Data],
            Depends = [true],
            Line = 2,
            DistributionText = "Normal(decoder.call(z), logNoise.exp())",
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(LinearGaussian),
            Method = nameof(Generate),
            Plates = [Data],
            Sites = [z, x],
            Inputs = [new ModelInput("x", IsObserved: true, [Data])],
        };
    }
}
