using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Gateway.Admin;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(SubscriptionDeliveriesView))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
internal sealed partial class EventJson : JsonSerializerContext;
