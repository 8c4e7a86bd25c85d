// The ready-made program: it makes what tenant.yaml says.
module.exports = require("pulumi-iconik/program");
