using System.Collections.Immutable;

namespace FnMesh.Control.Describing;

/// <param name="Name">The revision.</param>
/// <param name="Origin">Where it stands.</param>
/// <param name="Run">How it comes to have endpoints.</param>
/// <param name="Replicas">How many are wanted.</param>
/// <param name="Percent">Its share of the traffic now.</param>
/// <param name="Conditions">Accepted and Ready.</param>
/// <param name="Endpoints">Where it is called.</param>
/// <param name="Declares">Its functions.</param>
/// <param name="Refusals">Why an endpoint of it, or what it declares, does not count.</param>
internal sealed record RevisionAnswer(
    string Name, string Origin, string Run, int Replicas, double Percent, ImmutableArray<ConditionAnswer> Conditions, ImmutableArray<Uri> Endpoints, ImmutableArray<DeclaredAnswer> Declares, ImmutableArray<string> Refusals);
