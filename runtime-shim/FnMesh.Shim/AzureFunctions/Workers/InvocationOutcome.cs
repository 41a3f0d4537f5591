using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <param name="End">How it ended.</param>
/// <param name="Response">What the worker answered; null when it has not.</param>
internal readonly record struct InvocationOutcome(InvocationEnd End, InvocationResponse? Response = null)
{
    /// <summary>For people; null when it succeeded.</summary>
    public string? Failure => End switch
    {
        InvocationEnd.Succeeded => null,
        InvocationEnd.Failed => Response?.Result?.Exception?.Message is { Length: > 0 } message ? message : Response?.Result?.Result is { Length: > 0 } text ? text : "the function failed and gave no reason",
        InvocationEnd.Late => "the function did not end in time",
        InvocationEnd.Abandoned => "nobody waits for the function any more",
        InvocationEnd.Lost => "the worker ended before the function did",
        InvocationEnd.Full => "the worker has as much to do as it may have",
        _ => "the worker is gone",
    };
}
