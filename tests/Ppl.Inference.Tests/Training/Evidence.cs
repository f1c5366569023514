namespace Ppl.Inference.Tests.Training;

/// <summary>Everything that a run is: weights, optimizer state, random state, position, rates, states. Taken before and after a refusal.</summary>
internal static class Evidence
{
    /// <summary>The parts of a checkpoint written now, byte for byte; a run that has made no step has none but its weights.</summary>
    public static string Of(Svi svi)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("evidence.ckpt");
        if (svi.Steps == 0)
        {
            using var state = TorchSharp.torch.get_rng_state();
            return $"{svi.Guide.IsPrepared}; {Convert.ToHexString(state.data<byte>().ToArray())}; {Tensors(svi.Model)}; {Tensors(svi.Guide)}";
        }

        svi.Save(path);
        return string.Join("; ", Forge.Parts(path).Select(part => $"{part.Key}: {Convert.ToHexString(part.Value)}"));
    }

    private static string Tensors(TorchSharp.torch.nn.Module module) =>
        string.Join(", ", module.state_dict().Select(entry => $"{entry.Key}: {Convert.ToHexString(entry.Value.detach().bytes)}"));
}
