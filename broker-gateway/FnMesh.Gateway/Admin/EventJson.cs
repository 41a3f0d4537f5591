using System.Text.Json.Serialization;
using FnMesh.Gateway.Explaining;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Gateway.Admin;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(SubscriptionDeliveriesView))]
[JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(ReplayPage))]
[JsonSerializable(typeof(ReplayCount))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(StoredAt))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
internal sealed partial class EventJson : JsonSerializerContext;
