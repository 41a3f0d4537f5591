using FnMesh.Functions;
using FnMesh.GrpcPeer;

switch (args)
{
    case ["serve"]:
        await Processes.ServeAsync();
        break;
    case ["web"]:
        await Processes.WebAsync();
        break;
    default:
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Services.AddGrpc();
        builder.Services.AddGrpcClient<Shop.ShopClient>(client => client.Address = new Uri("http://pricing"));
        await using (var app = builder.Build())
        {
            app.MapGrpcService<Prices>();
            await app.RunAsync();
        }

        break;
}
